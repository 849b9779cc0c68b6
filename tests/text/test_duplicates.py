"""Near-duplicates are families of texts that share their shingles."""

import time

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.text.duplicates import (
    compute_resemblance,
    find_near_duplicates,
    is_copied_across_groups,
)

AD = "全新课程限时报名今天下单立减三百元名额有限"


def test_random_affixes_do_not_hide_a_copy():
    """An advertisement with changing heads and tails stays one family."""
    rng = np.random.default_rng(7)
    tails = ["".join(rng.choice(list("abcdefgh12345"), 2)) for _ in range(50)]
    copies = [tail + AD + tail[::-1] for tail in tails]
    other = "大家早上好今天我们一起读第三章然后讨论"
    family = find_near_duplicates(pa.array([other, *copies])).tolist()
    assert family == [0] + [1] * 50


@settings(deadline=None)
@given(st.lists(st.text("ab", min_size=12, max_size=16), max_size=8))
def test_near_duplicate_families_contain_only_similar_texts(texts):
    """By a second route: a family is linked by pairs that resemble each other."""
    family = find_near_duplicates(pa.array(texts, pa.string()), 0.6).tolist()
    for place, first in enumerate(family):
        assert first <= place
        mates = [other for other in range(len(texts)) if family[other] == first]
        near = [
            compute_resemblance(texts[place], texts[other]) >= 0.6 for other in mates
        ]
        assert sum(near) > 1 or len(mates) == 1


def test_copies_within_one_group_are_not_spread():
    """Three copies count when they stand in three groups, not in one."""
    same = is_copied_across_groups(pa.array([AD] * 3), pa.array(["g", "g", "h"]))
    apart = is_copied_across_groups(pa.array([AD] * 3), pa.array(["g", "h", "i"]))
    assert not same.any()
    assert apart.all()


def test_time_is_linear_in_identical_neighbours():
    """A flood of near-copies is compared with one leader, not pair by pair."""

    def seconds(count):
        flood = pa.array([f"{AD}{number}" for number in range(count)])
        start = time.process_time()
        find_near_duplicates(flood)
        return time.process_time() - start

    seconds(10)
    assert seconds(8_000) < 24 * seconds(1_000) + 0.2
