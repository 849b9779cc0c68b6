"""Person-days give the tables that their messages would give one by one."""

import numpy as np
import pandas as pd
import pytest

from helpers.derive.tables.derive import Terms
from helpers.records import DAY_US
from pipeline.corpora.shared.corpus import Counted
from pipeline.publish.counted import derive_counted

TERMS = Terms(end_us=500 * DAY_US, centres_from="none")


@pytest.fixture(scope="module", params=[1, 2, 3])
def person_days(request):
    """Draw what six people wrote in two groups on 400 days, at midnight."""
    draw = np.random.default_rng(request.param)
    size = 160
    rows = pd.DataFrame(
        {
            "key": draw.choice(["a", "b"], size),
            "person": draw.integers(0, 6, size),
            "day": draw.integers(10, 400, size) // draw.choice([1, 7, 60]),
            "messages": draw.integers(1, 5, size),
        }
    )
    rows = rows.groupby(["key", "person", "day"], as_index=False)["messages"].sum()
    at = rows["day"] * DAY_US
    return rows.assign(chars=2 * rows["messages"], first_us=at, last_us=at)


@pytest.fixture(scope="module")
def counted(person_days):
    """Return the tables made of the days."""
    listed = pd.DataFrame({"key": ["a", "b"], "label": ["a", "b"], "network": "net"})
    unknown = dict.fromkeys(["created_us", "seen_us", "closed_us", "member_count"])
    listed = listed.assign(kind="room", closed_kind=None, end_us=TERMS.end_us)
    listed = listed.assign(**unknown).astype(dict.fromkeys(unknown, "float64"))
    said = int(person_days["messages"].sum())
    made = Counted(groups=listed, days=person_days, tables={}, became={None: said})
    return derive_counted(made, {"f": said}, TERMS).tables


@pytest.fixture(scope="module")
def one_by_one(person_days, derived):
    """Return the tables made of single messages."""
    each = person_days.loc[person_days.index.repeat(person_days["messages"])]
    messages = [
        {
            "group": row.key,
            "sender": str(row.person),
            "time_us": row.first_us,
            "chars": 2,
        }
        for row in each.itertuples()
    ]
    groups = [{"group": key, "label": key} for key in "ab"]
    return derived(messages, groups, end_us=TERMS.end_us, centres_from="none").tables


@pytest.mark.parametrize("name", ["groups", "daily", "silences", "rates", "windows"])
def test_counted_days_and_single_messages_agree(counted, one_by_one, name):
    """Table by table; only who answers whom is not known of counted days."""
    silent = ["replies", "replies_explicit", "reply_receivers", "centres"]
    unknown = {*silent, "centres_null", "any_us", "known", "closed_kind"}
    columns = [
        column
        for column in one_by_one[name].columns.intersection(counted[name].columns)
        if column not in unknown
    ]
    by = [c for c in ("group", "window", "start_us", "day", "age_day") if c in columns]
    ours, theirs = (
        table[name][columns].sort_values(by).reset_index(drop=True)
        for table in (counted, one_by_one)
    )
    assert len(columns) >= 3
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_replies_are_null_for_person_day_sources(counted):
    """A zero would say that nobody did."""
    windows = counted["windows"]
    assert windows[["replies", "replies_explicit", "centres"]].isna().all(axis=None)
    assert windows["posters"].notna().all()


def test_members_are_rows_only_where_the_terms_allow(counted, person_days):
    """They say what each wrote."""
    assert counted["members"]["messages"].sum() == person_days["messages"].sum()
    assert len(counted["member_days"]) == len(person_days)
