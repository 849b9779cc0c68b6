"""What the first months of own groups foretell of their first long pause."""

import numpy as np
import pytest

from helpers.claims.own.counts import count_own_groups
from helpers.claims.own.first_month import (
    QUANTITY,
    combine_with_first_month,
    to_bands,
)
from helpers.claims.own.partial import find_range
from helpers.claims.own.shares import list_own_readings
from helpers.forecast.first_pause import BANDS, read_levels
from helpers.group_lives.evidence import Evidence
from helpers.study import open_study


@pytest.mark.parametrize("band", range(len(BANDS)))
def test_groups_of_one_band_are_foretold_its_own_range(band):
    """The prior of five quiet groups was that of any groups."""
    low, high = [*read_levels(365)][band]
    groups = np.zeros(len(BANDS))
    groups[band] = 5
    told = find_range(to_bands(read_levels(365)).foretell(groups))
    assert (told.low, told.high) == pytest.approx((1 - high, 1 - low), abs=0.006)


def test_a_mixed_lot_lies_between_its_bands():
    """Groups with many messages pulled the quiet ones nowhere."""
    bands = to_bands(read_levels(365))
    quiet, busy, both = (
        find_range(bands.foretell(np.array(groups))).middle
        for groups in ([4.0, 0, 0, 0], [0, 0, 0, 4.0], [2.0, 0, 0, 2.0])
    )
    assert busy < both < quiet


def test_the_groups_foretold_are_the_groups_counted():
    """A prior by other groups than those counted was combined with the count."""
    evidence = Evidence.of(open_study("komodo_discord"))
    (reading,) = (
        reading for _, reading in list_own_readings() if QUANTITY in reading.quantities
    )
    found = combine_with_first_month(evidence, reading)
    assert (found.count, found.n) == count_own_groups(evidence, reading)
    assert found.together.high - found.together.low < found.alone.high - found.alone.low
