"""Literal forms: how many were alive, or dead, at a year."""

from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.claims.designs.hazards.landmark_codings import literal


@pytest.mark.parametrize(("alive", "share"), [(True, 1 / 3), (False, 2 / 3)])
def test_only_groups_that_could_be_watched_for_a_year_count(alive, share):
    """Of the younger ones the dead alone would be seen."""
    lives = SimpleNamespace(group=range(6), potential=[400.0, 400, 400, 400, 100, 100])
    at_risk = pd.DataFrame(
        {
            "group": range(6),
            "exposure": [0.0, 0, 0, 1, 0, 0],
            "duration": [400.0, 50, 90, 400, 60, 100],
            "ended": [False, True, True, False, True, False],
        }
    )
    landmark = SimpleNamespace(
        evidence=None,
        reading=lambda _: SimpleNamespace(lives=lives),
        at_risk=lambda _: at_risk,
    )
    (told,) = literal(landmark, 0.0, alive=alive)
    assert (told.interval.estimate, told.interval.n) == (share, 3)
