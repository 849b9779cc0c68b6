"""Times as exports spell them."""

import numpy as np
import pytest

from helpers.formats.reading.chat import find_disordered_times
from helpers.formats.rows.clock import from_epoch, from_iso, from_wall

AFTERNOON = 1_704_438_240_000_000  # 2024-01-05 15:04 in Shanghai


@pytest.mark.parametrize(
    "text",
    ["2024-01-05 15:04:00", "2024/1/5 下午3:04", "2024-1-5 3:04:00 PM",
     "2024.01.05 15:04", "2024-01-05T15:04:00", "2024-01-05 下午03:04:00"],
)  # fmt: skip
def test_date_formats_of_one_instant_are_read_alike(text):
    """The meridiem may stand before the hour, and anything may lack its zero."""
    assert from_wall([text], "Asia/Shanghai").to_pylist() == [AFTERNOON]


@pytest.mark.parametrize(
    "text", ["2024-02-30 10:00:00", "2024-13-01 10:00", "2024-01-05 25:00", "x", ""]
)
def test_impossible_date_is_null(text):
    """Impossible dates are told, not rolled over."""
    assert from_wall([text, "2024-01-05 15:04:00"], "Asia/Shanghai").null_count == 1


def test_noon_and_midnight_of_a_twelve_hour_clock():
    """12 AM is the day's first hour, 12 PM its thirteenth."""
    wall = ["2024-01-05 12:00:00 AM", "2024-01-05 12:00:00 PM"]
    midnight, noon = from_wall(wall, "UTC").to_pylist()
    assert noon - midnight == 12 * 3600 * 10**6


def test_daylight_saving_changes_give_no_null():
    """Clock changes make no error and no null."""
    wall = ["2024-10-27 02:30:00", "2024-03-31 02:30:00"]
    twice, never = from_wall(wall, "Europe/Berlin").to_pylist()
    assert twice == 1_729_989_000_000_000
    assert never == 1_711_846_800_000_000


@pytest.mark.parametrize(
    "value", [10**30, 1e308, -1e308, -5, "soon", None, float("inf"), float("nan")]
)
def test_impossible_epoch_numbers_are_null(value):
    """Hostile numbers don't stop a reader."""
    assert from_epoch([value, 1.7e9]).to_pylist() == [None, 1_700_000_000_000_000]


def test_iso_times_mix_offsets_and_fractions():
    """Seven digits are cut to six; a time without offset is none."""
    texts = [
        "2024-01-05T15:04:00+08:00",
        "2024-01-05T07:04:00.0000000Z",
        "2024-01-05T15:04",
    ]
    assert from_iso(texts).to_pylist() == [AFTERNOON, AFTERNOON, None]


@pytest.mark.parametrize(
    ("times", "stray"),
    [
        ([1, 2, 2, 3], []),
        ([9, 1, 2, 3], [1, 2, 3]),
        ([1, 9, 2, 3], [1]),
        ([5, 1, 6], [1]),
    ],
)
def test_spikes_and_dips_are_out_of_order(times, stray):
    """A tie is in order, and the first time is no spike."""
    found, _ = find_disordered_times(np.array(times), 0)
    assert np.flatnonzero(found).tolist() == stray
