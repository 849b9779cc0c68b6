"""Talk after meeting in person: planted both ways, and a season taken out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.themes.offline.days_after_meetings import MET_IN
from tests.claims.registers import as_of, registry

CLAIM = "s3-offline-meetups-help"


def _study(ratio, *, season=1.0, early=1.0, each=60, mean=40.0, seed=1):
    """Plant groups of unequal size; half of them meet and then write more."""
    rng = np.random.default_rng(seed)
    months = np.arange(MET_IN - 24, MET_IN + 12)
    rows = []
    for group in range(2 * each):
        met = group < each
        level = mean * rng.lognormal(0, 0.5)
        factor = np.where(np.isin(months, [MET_IN + 1, MET_IN + 2]), season, 1.0)
        if met:
            factor = factor * np.where(
                np.isin(months, [MET_IN + 1, MET_IN + 2]), ratio, 1.0
            )
            factor = factor * np.where(
                np.isin(months, [MET_IN - 5, MET_IN - 4]), early, 1.0
            )
        noise = rng.gamma(20.0, 1 / 20.0, len(months))
        items = rng.poisson(level * factor * noise)
        rows.append(pd.DataFrame({"group": group, "month": months, "items": items}))
    met = pd.DataFrame(
        {
            "group": np.arange(2 * each),
            "fact": "met",
            "value": np.where(np.arange(2 * each) < each, 3.0, 0.0),
        }
    )
    return as_of(
        "tpac2023",
        registry=registry(2 * each, 19_900),
        group_months=pd.concat(rows),
        facts=met,
    )


@pytest.mark.parametrize("season", [1.0, 1.5])
def test_effect_of_meeting_is_separated_from_a_shared_season(season):
    """Autumn is busy for everyone."""
    found = evaluate(CLAIM, _study(1.5, season=season))
    assert found.components[0] is None
    assert found.components[1].estimate == pytest.approx(1.5, rel=0.1)
    assert "RR>(1.2) SUPPORTED" in found.reason
    assert found.word == "INCONCLUSIVE"


def test_null_effect_on_mails_contradicts_the_whole_claim():
    """A rise of a fifth is ruled out."""
    found = evaluate(CLAIM, _study(1.0))
    assert found.components[1].high < 1.2
    assert found.word == "CONTRADICTED"
    assert found.controls


def test_earlier_half_year_control_detects_a_prior_rise():
    """The control sees another rise of the groups that met."""
    found = evaluate(CLAIM, _study(1.0, early=1.6))
    (control,) = (
        one for one in found.controls if one.control.name == "half a year earlier"
    )
    assert control.found.low > 1.2


def test_few_groups_that_met_are_refused():
    """Thirty in each arm."""
    found = evaluate(CLAIM, _study(1.5, each=20))
    assert found.word == "UNTESTABLE"
    assert "20 groups in the smaller arm, 30 needed" in found.reason
