"""Worlds in tables: drawn from their seed alone, and each claim once."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import ShequnError
from validation.coverage.subjects import SUBJECTS, _check_unique
from validation.coverage.truths import SWITCH
from validation.worlds.claims.subject import Tabled

TABLED = sorted(name for name, one in SUBJECTS.items() if isinstance(one.way, Tabled))


@pytest.mark.parametrize("name", TABLED)
def test_same_seed_same_tables(name):
    """Nothing but the seed draws a world: two draws are equal row for row."""
    subject = SUBJECTS[name]
    groups = min(subject.groups, 300)
    first, again = (subject.way.study(subject.truths[0], groups, 7) for _ in range(2))

    assert set(first.tables) == set(again.tables)
    for table, rows in first.tables.items():
        pd.testing.assert_frame_equal(rows, again.tables[table])


def test_claim_simulated_twice_is_refused():
    """One of two worlds of a claim would be lost."""
    with pytest.raises(ShequnError, match="planted twice: DOM>"):
        _check_unique([SUBJECTS["DOM>"], SUBJECTS["DOM>"]])


def test_switch_has_no_leg():
    """A world that is true or false covers nothing."""
    subject = SUBJECTS["s0-size-10-30-best"]
    seed = np.random.SeedSequence(1)

    assert subject.truths == SWITCH
    assert subject.way(SWITCH[0], 300, seed).component is None
