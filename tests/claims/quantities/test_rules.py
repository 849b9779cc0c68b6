"""Early rules, tools and displayed rules: planted effects and confounding."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities import rules
from helpers.claims.quantities.rules import estimate_two_lines, find_bottom
from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import mark_rules_by
from helpers.records import DAY_US
from tests.claims.planted import list_groups, plant


def _tell(**facts):
    """Return a table of facts by group, missing ones left out."""
    rows = pd.concat(
        pd.DataFrame({"group": np.arange(len(values)), "fact": name, "value": values})
        for name, values in facts.items()
    )
    return rows.dropna(subset="value").reset_index(drop=True)


def _servers(ratio, *, number=1500, confounded=True, seed=1):
    """Plant servers: big ones live longer, and have tools more often."""
    rng = np.random.default_rng(seed)
    big = rng.random(number) < 0.5
    tools = rng.random(number) < np.where(big & confounded, 0.8, 0.3)
    hazard = 0.005 * np.where(big, 0.4, 1.0) * np.where(tools, ratio, 1.0)
    life = 28 + rng.exponential(1 / hazard)
    closed = np.where(life < 400, np.floor(life * DAY_US), np.nan)
    groups = list_groups(
        number,
        days=400,
        closed_us=closed,
        closed_kind=np.where(life < 400, "closed", None),
        last_us=np.floor(np.minimum(life, 400) * DAY_US),
    )
    facts = _tell(
        rules=tools.astype(float),
        rules_day=np.where(tools, 0.0, np.nan),
        governance_tools=tools.astype(float),
        seats=np.where(big, 200.0, 4.0),
        plugins=np.full(number, 5.0),
        **{"source: one": np.ones(number)},
    )
    return plant(groups, facts=facts)


def test_planted_ratio_of_servers_is_recovered_beside_their_size():
    """The crude ratio is far from it, as big servers have tools and live longer."""
    found = rules.compare_servers(_servers(1.5))
    assert found.low < 1.5 < found.high
    assert found.low > 1.1


def test_size_alone_is_no_effect_of_tools():
    """Weights give both arms as many big servers."""
    found = rules.compare_servers(_servers(1.0))
    assert found.low < 1 < found.high


def test_rules_dated_after_the_landmark_were_not_there_yet():
    """Undated rules are left out, as nobody knows when they came."""
    facts = _tell(rules=[1.0, 1.0, 0.0, 1.0], rules_day=[5, 30, np.nan, np.nan])
    evidence = plant(list_groups(4), facts=facts)
    assert mark_rules_by(evidence, 14).to_dict() == {0: 1.0, 1: 0.0, 2: 0.0}


def test_what_divides_the_arms_has_no_weights():
    """All big ones have rules, and nobody else: nothing to compare with."""
    known = pd.DataFrame({"big": [1.0] * 20 + [0.0] * 20})
    with pytest.raises(NotIdentifiableError):
        rules.compute_weights([1] * 20 + [0] * 20, known)


def test_two_lines_recover_a_planted_u():
    """Hazards fall up to a dose of three and rise beyond it."""
    rng = np.random.default_rng(2)
    dose = rng.uniform(0, 6, 3000)
    life = rng.exponential(1 / (0.01 * np.exp(0.5 * np.abs(dose - 3))))
    data = pd.DataFrame(
        {"exposure": dose, "duration": life, "ended": True, "entry": 0.0}
    )
    data = data.assign(network="one", batch=np.arange(3000))
    at = find_bottom(data, [])
    low, high = estimate_two_lines(data, [], at)
    assert at == pytest.approx(3, abs=0.5)
    assert low.high < 1 < high.low
    assert high.estimate == pytest.approx(np.exp(0.5), rel=0.1)


def test_trial_ratio_is_of_newcomers_comments_not_of_discussions():
    """A few long discussions weigh as much as their comments."""
    rng = np.random.default_rng(3)
    block = np.repeat(np.arange(300), 2)
    treated = np.tile([True, False], 300)
    entered = rng.poisson(rng.gamma(1, 20, 600)) + 1
    removed = rng.binomial(entered, np.where(treated, 0.15, 0.3))
    trial = pd.DataFrame({"block": block, "treated": treated})
    trial = trial.assign(entered=entered, removed=removed, stratum="discussion")
    evidence = plant(list_groups(1), block_trial=trial.assign(group=0))
    found = rules.compare_removals(evidence)
    sums = trial.groupby("treated")[["removed", "entered"]].sum()
    shares = sums["removed"] / sums["entered"]
    assert found.estimate == pytest.approx(shares[True] / shares[False])
    assert found.low < 0.5 < found.high
