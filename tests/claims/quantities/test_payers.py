"""Payers, buyers, perks and crowds: planted effects and selection."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities import payers
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US, MINUTE_US
from tests.claims.planted import list_groups, plant

BANDS = ("0 days", "1-2 days")


def _plant_room(early, late=1.0, *, many=(2000, 6000), back=(0.8, 0.5)):
    """Plant a room: payers' hazard ratios in the first half year and after."""
    rng = np.random.default_rng(21)
    rows = []
    for arm, size, returns in zip(("paid", "free"), many, back, strict=True):
        # payers come from the lively band, where everybody stays longer
        lively = rng.random(size) < (0.8 if arm == "paid" else 0.2)
        ratios = (early, late) if arm == "paid" else (1.0, 1.0)
        hazard = 0.004 * np.where(lively, 0.5, 1.0)
        life = rng.exponential(1 / (hazard * ratios[0]))
        after = 183 + rng.exponential(1 / (hazard * ratios[1]))
        life = np.where(life < 183, life, after)
        for one, band, again in zip(life, lively, rng.random(size), strict=True):
            cohort = f"{arm}: {BANDS[int(band)]}"
            ending = "stopped" if one < 900 else "open"
            rows.append(("writing", cohort, int(min(one, 900)), ending))
            rows.append(("first 60 days", cohort, int(again < returns), "counted"))
    lives = pd.DataFrame(rows, columns=["measure", "cohort", "days", "ending"])
    return plant(list_groups(1), lives=lives.assign(group=0, people=1))


def test_hazards_of_payers_by_period_are_recovered():
    """Half at first, equal later: one ratio over all the time would be neither."""
    room = _plant_room(0.5)
    first = payers.compare_stopping(room, until=183)
    later = payers.compare_stopping(room, since=183)
    assert first.low < 0.5 < first.high < 0.8
    assert later.low < 1 < later.high
    assert later.low > 0.6


def test_earlier_visits_are_no_effect_of_paying():
    """Payers come from the lively; within bands nobody stays longer."""
    room = _plant_room(1.0, back=(0.5, 0.5))
    hazard = payers.compare_stopping(room)
    assert hazard.low < 1 < hazard.high
    gap = payers.compare_returning_gap(room)
    assert gap.low < 0 < gap.high


def test_share_of_returning_payers_is_recovered():
    """As ratio and as difference."""
    room = _plant_room(0.5)
    ratio, gap = payers.compare_returning(room), payers.compare_returning_gap(room)
    assert ratio.low < 1.6 < ratio.high
    assert gap.low < 0.3 < gap.high


def test_buyers_who_were_not_followed_are_censored():
    """Of a hundred people half left the record early; a fifth of the others bought."""
    rows = [(0, "open", 50), (200, "open", 40), (30, "bought", 10)]
    lives = pd.DataFrame(rows, columns=["days", "ending", "people"])
    lives = lives.assign(measure="until the first purchase", group=0)
    found = payers.estimate_share_of_buyers(plant(list_groups(1), lives=lives))
    assert found.estimate == pytest.approx(0.2)


def test_perks_right_after_a_crowd_are_left_out():
    """Else the crowd's newcomers would be the perks'."""
    rng = np.random.default_rng(1)
    perks = pd.DataFrame({"time_us": np.arange(120) * 3 * DAY_US, "kind": "red_packet"})
    stirred = np.arange(120) >= 60
    perks["new_before"] = rng.poisson(4, 120)
    perks["new_after"] = rng.poisson(np.where(stirred, 40, 4))
    raids = perks[stirred].assign(kind="raid")
    raids["time_us"] -= 5 * MINUTE_US
    rows = pd.concat([perks, raids]).assign(group=0, minutes=10_080)
    evidence = plant(list_groups(1), responses=rows.reset_index(drop=True))
    found = payers.compare_newcomers_after_perks(evidence)
    assert found.n == 60
    assert found.low < 1 < found.high
    assert payers.compare_newcomers_after_perks(evidence, apart=False).low > 2


def test_few_perks_are_refused_with_their_count():
    """Fifty are needed."""
    rows = pd.DataFrame({"time_us": np.arange(49) * DAY_US, "kind": "red_packet"})
    rows = rows.assign(group=0, minutes=60, new_before=1, new_after=1)
    with pytest.raises(NotIdentifiableError, match="49 perks, 50 needed"):
        payers.compare_newcomers_after_perks(plant(list_groups(1), responses=rows))
