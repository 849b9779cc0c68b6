"""Years and weeks of people summed over many: planted effects, planted none."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.measures.portfolios import LAGS, count_groups_by_year, sum_load_differences
from helpers.records import DAY_US
from validation.worlds.claims.tabled import simulate_exponential

PEOPLE, ROOMS, YEARS = 600, 60, 5


def _by_year(ratio):
    """Plant people who write in so many times as many rooms a year later."""
    rng = np.random.default_rng(3)
    study = simulate_exponential(rng, ROOMS, lived=5000.0, origin=0.0)
    share = 0.05 * ratio ** np.arange(YEARS) * rng.uniform(0.5, 1.5, (PEOPLE, 1))
    member, year, group = np.nonzero(
        rng.random((PEOPLE, YEARS, ROOMS)) < share[..., None]
    )
    first = int(study.tables["groups"]["origin_us"].min()) // DAY_US
    start = pd.Timestamp(first, unit="D").year + 1
    day = (
        pd.to_datetime([f"{start + nth}-03-01" for nth in year]) - pd.Timestamp(0)
    ).days
    days = pd.DataFrame({"group": group, "member": member, "day": day, "messages": 6})
    groups = study.tables["groups"][["group"]].assign(
        network="n", first_day=first, last_day=int(day.max()) + 400
    )
    study.tables["portfolios_by_year"] = count_groups_by_year(days, groups)
    return study


@pytest.mark.parametrize(("ratio", "word"), [(1.3, "SUPPORTED"), (1.0, "CONTRADICTED")])
def test_activity_ratio_after_a_year_is_recovered(ratio, word):
    """Growth of the same people is found, and none where there is none."""
    found = evaluate("s0-community-not-fading", _by_year(ratio))

    assert found.word in {word, "FRAGILE"}
    assert "proxy" in found.qualifiers
    assert abs(np.log(found.estimate / ratio)) < 0.05


def _weeks(ratio):
    """Plant people who write by what they received a week ago, each at their level."""
    rng = np.random.default_rng(5)
    member, week = (one.ravel() for one in np.indices((PEOPLE, 60)))
    received = np.round(np.exp(rng.normal(3, 1.2, len(member))))
    level = np.exp(rng.normal(0.5, 0.7, PEOPLE))[member]
    rows = pd.DataFrame({"member": member, "week": week, "received": received})
    before = np.log2(1 + received).reshape(PEOPLE, 60)
    mean = level * ratio ** (np.roll(before, 1, axis=1).ravel() - 4.5)
    return rows.assign(own=rng.poisson(mean), groups=2)


@pytest.mark.parametrize("ratio", [0.85, 1.0, 1.2])
def test_effect_of_doubled_incoming_messages_is_recovered(ratio):
    """Fatigue is told from none and from stirring; leaving stays untold."""
    study = simulate_exponential(np.random.default_rng(1), ROOMS, lived=5000.0)
    parts = [sum_load_differences(_weeks(ratio), lag).assign(lag=lag) for lag in LAGS]
    table = pd.concat(parts, ignore_index=True)
    study.tables["loads"] = table.assign(people=PEOPLE, in_several=PEOPLE)
    found = evaluate("s2-overload-fatigue", study)

    assert abs(np.log(found.components[0].estimate / ratio)) < 0.03
    assert found.word == ("INCONCLUSIVE" if ratio < 0.95 else "CONTRADICTED")
