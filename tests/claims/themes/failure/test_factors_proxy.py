"""Largest share of what families explain of death: planted alone, and together."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.claims.designs.shapley import compute_cloglog_gain
from validation.worlds.claims.subject import evaluate_in_memory
from validation.worlds.claims.tabled import simulate_exponential

CLAIM = "s1-many-factors-no-single"


def _world(pulls, groups=900, seed=5):
    """Plant hazards by posters, core, top share and items, each drawn apart."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(groups, 4))
    life = 150 / np.exp(z @ np.asarray(pulls))
    posters, core, items = (np.exp(2 + 0.5 * z[:, n]).round() for n in (0, 1, 3))
    study = simulate_exponential(
        rng, groups, life=life, posters=posters, top_share=1 / (1 + np.exp(-z[:, 2]))
    )
    of = {"group": np.arange(groups)}
    content = pd.DataFrame({**of, "age_day": 1, "messages": 100, "items": items})
    months = pd.DataFrame({**of, "month": 0, "messages": 100, "core_8": core})
    return study.with_tables(content=content, months=months.assign(posters=posters))


@pytest.mark.parametrize(
    ("pulls", "word"),
    [((0.5, 0.5, 0.5, 0.5), "SUPPORTED"), ((1.0, 0.0, 0.0, 0.05), "CONTRADICTED")],
)
def test_single_dominant_factor_is_distinguished_from_many(pulls, word):
    """Four alike share what is explained; one alone has it all."""
    found = evaluate_in_memory(CLAIM, _world(pulls))

    assert found.word == word, (found.reason, found.components)


def test_explained_share_within_chance_is_refused():
    """Families that tell nothing of death have no shares."""
    found = evaluate_in_memory(CLAIM, _world((0.0, 0.0, 0.0, 0.0), 300, seed=9))

    assert found.word == "UNTESTABLE"
    assert "permutations" in found.reason


def test_three_factor_families_are_refused():
    """Without core and content there are size, concentration and timing."""
    study = _world((0.5, 0.5, 0.5, 0.5))
    study.tables["content"]["items"] = 0
    study.tables["months"]["core_8"] = 0
    found = evaluate_in_memory(CLAIM, study)

    assert found.word == "UNTESTABLE"
    assert "3 families" in found.reason


def test_likelihood_gain_equals_a_complementary_log_log_model():
    """Twice the gain is the fall in deviance that statsmodels finds."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 3))
    y = (rng.exponential(1, 400) < np.exp(-1 + x @ [0.5, -0.3, 0.0])).astype(float)
    family = sm.families.Binomial(sm.families.links.CLogLog())
    fit = sm.GLM(y, sm.add_constant(x), family).fit(tol=1e-12)
    gain = compute_cloglog_gain(y, x, np.ones(400))
    assert 2 * gain == pytest.approx(fit.null_deviance - fit.deviance, rel=1e-6)
