"""The committed tables, made again from raw files without any of our code."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from helpers.study import open_study
from tests.raw_corpora import SHARED, there

ROOMS = 20
pytestmark = [pytest.mark.raw, pytest.mark.shared, there]


@pytest.fixture(scope="module")
def gitter() -> pd.DataFrame:
    """Return the human messages before each room's notice, read by pandas."""
    names = ["key", "uri", "at", "user", "name", "id", "text"]
    parts = [
        pd.read_csv(path, sep="\t", names=names, dtype=str, keep_default_na=False)
        for path in sorted((SHARED / "fcc_gitter" / "archives").glob("*.tsv"))
        if path.stat().st_size
    ]
    rows = pd.concat(parts).drop_duplicates("id").reset_index(drop=True)
    rows["at"] = pd.to_datetime(rows["at"], format="ISO8601")
    notice = rows["text"].str.contains("This room will be closed and archived")
    closed = rows[notice].groupby("key")["at"].min()
    until = rows["key"].map(closed).fillna(rows["at"].max())
    written = rows["text"].str.strip() != ""
    human = ~notice & (rows["name"] != "camperbot") & written & ~_announced(rows)
    return rows[human & (rows["at"] <= until)]


def _announced(rows: pd.DataFrame) -> pd.Series[bool]:
    """Tell what one user wrote in twenty rooms within a day, window by window."""
    words = rows["text"].str.strip().str.lower()
    found = pd.Series(False, rows.index)  # noqa: FBT003 - its values
    texts = [rows["user"], words]
    often = (words != "") & (rows["key"].groupby(texts).transform("size") >= ROOMS)
    for _, one in rows[often].groupby([text[often] for text in texts]):
        if one["key"].nunique() < ROOMS:
            continue
        for start in one["at"]:
            day = one[one["at"].between(start, start + pd.Timedelta("1D"))]
            if day["key"].nunique() >= ROOMS:
                found[day.index] = True
    return found


def test_gitter_groups_by_pandas(gitter):
    """First and last message, messages and posters of every room."""
    expected = gitter.groupby("key").agg(
        first=("at", "min"),
        last=("at", "max"),
        n=("id", "size"),
        who=("user", "nunique"),
    )
    groups = open_study("fcc_gitter").table("groups").set_index("key")
    groups = groups[groups["messages"] > 0].sort_index()
    for ours, theirs in (("first_us", "first"), ("last_us", "last")):
        times = pd.to_datetime(groups[ours].astype("int64"), unit="us", utc=True)
        assert (times == expected[theirs]).all()
    assert groups["messages"].eq(expected["n"]).all()
    assert groups["posters"].eq(expected["who"]).all()


def test_gitter_member_days_by_pandas(gitter):
    """How many rows each member and day of a room has, in all."""
    days = gitter.groupby(["key", "user", gitter["at"].dt.date]).size()
    ours = open_study("fcc_gitter").table("member_days")["messages"]
    assert ours.value_counts().to_dict() == days.value_counts().to_dict()


def test_zulip_days_by_sql():
    """Messages and posters of every channel and day, copies left out by SQL."""
    path = SHARED / "zulip_archives" / "zulip_messages.csv.gz"
    copied = "('lean/304774', 'lean/335062', 'lean/348111', 'gdcc/471170')"
    expected = duckdb.sql(
        f"""
        with rows as (
            select org || '/' || stream_id as key, *, row_number() over (
                partition by org, stream_id, topic, ts, sender, chars, mentions) nth
            from read_csv('{path}', all_varchar = true, header = true))
        select key, cast(floor(ts::bigint / 86400) as int) as day,
               count(*) messages, count(distinct sender) posters
        from rows where bot = '0' and not (key in {copied} and nth > 1)
        group by all order by all"""  # noqa: S608 - our own path
    ).df()
    study = open_study("zulip_archives")
    keys = study.table("groups").set_index("group")["key"]
    daily = study.table("daily").assign(key=lambda rows: rows["group"].map(keys))
    ours = daily[["key", "day", "messages", "posters"]].sort_values(["key", "day"])
    pd.testing.assert_frame_equal(
        ours.reset_index(drop=True), expected, check_dtype=False
    )
