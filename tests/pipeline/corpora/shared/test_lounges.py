"""Who belongs together, and who enters a frame."""

from pathlib import Path

import pandas as pd
import pytest

from helpers.records import DAY_US
from pipeline.corpora.shared.corpus import RawFolder
from pipeline.corpora.sources.zh_s1_lounges import select_frame


def _sizes(nth_us, last_us=100 * DAY_US):
    one = {"first_us": [0], "last_us": last_us, "messages": 60, "end_us": 200 * DAY_US}
    return pd.DataFrame(one | {"entry_us": nth_us}, index=["a"])


@pytest.mark.parametrize(
    ("nth_us", "enters"), [(28 * DAY_US - 1, 1), (28 * DAY_US, 0), (None, 0)]
)
def test_the_fiftieth_post_must_come_in_28_days(nth_us, enters):
    """At 28 days of age it is too late."""
    assert len(select_frame(_sizes(nth_us), 0)) == enters


@pytest.mark.parametrize(("since_day", "entry_day"), [(0, 5), (5, 5), (50, 50)])
def test_thread_is_not_at_risk_before_the_record_begins(since_day, entry_day):
    """Entry is the post, or the beginning of the record."""
    table = select_frame(_sizes(5 * DAY_US), since_day * DAY_US)
    assert table["entry_us"].tolist() == [entry_day * DAY_US]


def test_thread_that_ended_before_the_record_is_excluded():
    """Its last post is older."""
    assert select_frame(_sizes(5 * DAY_US), 101 * DAY_US).empty


def test_raw_files_are_found_by_name_prefix_in_any_folder():
    """By the beginning of their names."""
    files = ["posts_a.parquet", "kept/posts_b.parquet", "kept/threads.csv.gz"]
    assert RawFolder(Path(), files).beginning("posts") == files[:2]
