"""Literal forms: how many were alive, or dead, at a year."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.claims.designs.hazards.landmark_codings import count_literal
from helpers.claims.quantities.deaths import Ends
from helpers.survival import define_lifetimes_by_inactivity
from tests.claims.registers import registry

NO_GAPS = pd.DataFrame({"group": [], "start_us": [], "end_us": []}, dtype="int64")


def told(alive, fulfilled=(), day=0.0):
    """Return the literal form of six groups, the fourth on the other side."""
    groups = registry(
        6, [460, 460, 460, 460, 160, 160], last=[455, 50, 90, 455, 60, 130],
        first_us=0, early_messages=100,
    )  # fmt: skip
    lives = define_lifetimes_by_inactivity(
        groups, NO_GAPS, early_rate=np.full(6, np.inf)
    )
    at_risk = pd.DataFrame({"group": range(6), "exposure": [0.0, 0, 0, 1, 0, 0]})
    landmark = SimpleNamespace(
        evidence=None,
        day=day,
        reading=lambda _: Ends(lives, np.isin(lives.group, fulfilled), ""),
        at_risk=lambda _: at_risk[lives.durations > day],
    )
    (one,) = count_literal(landmark, 0.0, alive=alive)
    return one.interval


@pytest.mark.parametrize(("alive", "share"), [(True, 0.4), (False, 0.6)])
def test_groups_followed_for_less_than_a_year_are_not_left_out(alive, share):
    """Five at risk, deaths on days 50, 60 and 90, one censored on day 100."""
    assert told(alive).estimate == pytest.approx(share)
    assert told(alive).n == 5


def test_a_purpose_fulfilled_is_neither_alive_nor_dead():
    """Of the three ends the one of day 60 is no failure."""
    assert told(alive=False, fulfilled=[4]).estimate == pytest.approx(0.4)
    assert told(alive=True, fulfilled=[4]).estimate == pytest.approx(0.4)


def test_the_year_begins_at_the_origin_and_the_share_at_the_landmark():
    """Of those alive on day 55, two of four end by day 365."""
    assert told(alive=True, day=55.0).estimate == pytest.approx(0.5)
    assert told(alive=True, day=55.0).n == 4
