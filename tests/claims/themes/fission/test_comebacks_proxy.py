"""Newcomers by themselves or with a crowd, planted to come back more often or not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.study import open_study
from helpers.validation.worlds.claims.subject import verdict
from helpers.validation.worlds.claims.tabled import Planted

CLAIM = "s3-users-best-promoters"


def _study(more, days=120, each=60):
    """Plant days on which crowds come back by 0.2, and others by so much more."""
    rng = np.random.default_rng(4)
    day, brought = (one.ravel() for one in np.indices((days, 2)))
    again = rng.binomial(each, np.where(brought == 1, 0.2, 0.2 + more))
    table = pd.DataFrame(
        {
            "group": 0, "day": 19_400 + day, "brought": brought == 1, "came": each,
            "again_28_60": again, "again_1_60": again, "came_90": each,
            "again_28_90": again,
        }
    )  # fmt: skip
    known = open_study("twitch_paid_free")
    tables = {"registry": known.table("registry"), "comebacks": table}
    return replace(Planted(tables, known.observability), name=known.name)


@pytest.mark.parametrize(("more", "word"), [(0.1, "SUPPORTED"), (0.0, "CONTRADICTED")])
def test_the_difference_is_found(more, word):
    """In points, days drawn whole."""
    found = verdict(CLAIM, _study(more))
    assert found.low < more < found.high
    assert found.word == word
    assert {"proxy", "association"} <= set(found.qualifiers)


def test_too_few_of_a_side_are_counted():
    """The gate asks for 200 in each arm."""
    found = verdict(CLAIM, _study(0.1, days=9, each=20))
    assert found.word == "UNTESTABLE"
    assert "180" in found.reason
    assert "200 needed in each" in found.reason
