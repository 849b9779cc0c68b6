"""The traps of lounges: busy entry, series, a cut end, quotes, hosts that change."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers.derive.tables.derive import derive_tables
from helpers.records import HOUR_US
from helpers.store.store import write_store
from helpers.study import open_study
from pipeline.corpora import load_corpus
from pipeline.corpora.shared.corpus import RawFolder
from pipeline.corpora.sources import zh_s1_lounges
from pipeline.publish.build import build_terms
from pipeline.publish.counted import number_group_keys

LAST = pd.Timestamp("2025-03-25T15:59")  # 23:59 at UTC+8


def _minute(text):
    return int(pd.Timestamp(text).timestamp() // 60)


def _posts(thread, start, count, *, every=60, first=1, quotes=(), op=1):
    """Return posts of a thread by five people in turn; the first is the host."""
    quoted = dict(quotes)
    return [
        {
            "thread": thread,
            "floor": first + n,
            "t_min_utc": _minute(start) + n * every,
            "user": op + n % 5,
            "op": n % 5 == 0,
            "reply_back": quoted.get(first + n, 0),
            "flags": 2 * (n % 10 == 0),
            "len10": n % 20,
        }
        for n in range(count)
    ]


THREADS = [  # thread, standing, min_floor, series, number, inaccessible
    (1, 1, 1, None, None, 0),  # of 2022, in the frame
    (2, 1, 1, None, None, 0),  # the fiftieth post comes too late
    (3, 0, 1, None, None, 0),  # one topic
    (4, 1, 3001, None, None, 0),  # its beginning is not there
    (5, 1, 1, None, None, 0),  # older than the record, alive in it
    (6, 1, 1, None, None, 0),  # older, and silent since
    (7, 0, 1, "tea", 2, 0),  # a series, from its second number on
    (8, 1, 1, "tea", 3, 0),
    (9, 1, 1, None, None, 1),  # closed to the program later
]
POSTS = [
    *_posts(1, "2022-03-01", 60, quotes=[(2, 1), (3, -1), (6, 5), (7, 1)]),
    *_posts(1, LAST, 2, first=61),
    *_posts(2, "2022-03-01", 60, every=24 * 60),
    *_posts(3, "2022-03-01", 60),
    *_posts(4, "2022-03-01", 60, first=3001),
    *_posts(5, "2019-03-01", 50),
    *_posts(5, "2023-03-01", 1, first=51),
    *_posts(6, "2019-03-01", 90),
    *_posts(7, "2022-05-01", 45, op=20),
    *_posts(8, "2022-05-02", 20, op=30),
    *_posts(9, "2022-06-01", 70),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Derive the tables of lounges in miniature, their posts in two files."""
    room = tmp_path_factory.mktemp("lounges")
    columns = [
        "thread",
        "standing_title",
        "min_floor",
        "series",
        "number",
        "inaccessible",
    ]
    threads = pd.DataFrame(THREADS, columns=columns).assign(board="游戏区专楼")
    threads.iloc[:5].to_csv(room / "threads.csv.gz", index=False)
    threads.iloc[5:].to_csv(room / "threads_kept.csv.gz", index=False)
    posts = pd.DataFrame(POSTS)
    late = posts["thread"] > 4
    posts[~late].to_parquet(room / "posts_a.parquet")
    posts[late].to_parquet(room / "posts_b.parquet")
    files = sorted(path.name for path in room.iterdir())
    raw = RawFolder(room, files)
    known = zh_s1_lounges.read_supplements(raw)
    store = write_store(zh_s1_lounges.read(raw), room / "store", raw.tally)
    whole = replace(store, aside=known.aside, entered=known.entered)
    terms = replace(build_terms(load_corpus("zh_s1_lounges")), entries=known.entries)
    derived = derive_tables(whole, terms)
    tables = derived.tables | number_group_keys(known.tables, derived.tables["groups"])
    return replace(derived, tables=tables)


def _group(made, place):
    groups = made.tables["groups"]
    return groups[groups["key"].str.startswith(place)].iloc[0]


def test_every_post_is_accounted_for(made):
    """By reason; the table of threads repeats what posts say."""
    assert made.ledger.total("read") == len(POSTS)
    assert made.ledger.set_aside == {
        "dated after the archive's end": 1,
        "in a lounge whose first posts are not there": 60,
        "in a lounge with fewer than 50 posts in its first 28 days": 60,
        "in a lounge without a post since 2022": 90,
        "in a thread that is no lounge": 60,
    }
    assert made.ledger.kept == {"": 247}


def test_risk_begins_at_the_fiftieth_post(made):
    """Or when the record begins, for who is older."""
    young, old = _group(made, "games/2022-03-01"), _group(made, "games/2019-03-01")
    assert young["entry_us"] - young["origin_us"] == 49 * HOUR_US
    assert pd.Timestamp(old["entry_us"], unit="us") == pd.Timestamp("2021-12-31T16:00")
    assert young["end_us"] == _minute("2025-03-25T16:00") * 60_000_000
    assert young["messages"] == 61  # the one of the last minute, not of the next hour


def test_activity_before_entry_is_recorded(made):
    """Windows of who was born in the record are whole; of the older they are not."""
    windows = made.tables["windows"].query("window == '0-27'").set_index("group")
    young, old = _group(made, "games/2022-03-01"), _group(made, "games/2019-03-01")
    assert windows.loc[young["group"], ["observed", "messages"]].tolist() == [True, 60]
    assert not windows.loc[old["group"], "observed"]
    facts = made.tables["facts"].set_index(["group", "fact"])["value"]
    assert facts[young["group"], "recorded_from_origin"] == 1
    assert facts[old["group"], "recorded_from_origin"] == 0


def test_threads_of_a_numbered_series_are_one_group(made):
    """A number without the standing words belongs to it; both reach fifty together."""
    series = _group(made, "games/2022-05-01")
    assert series["messages"] == 65
    facts = made.tables["facts"].set_index(["group", "fact"])["value"]
    assert facts[series["group"], "there_at_first"] == 1


def test_only_a_quote_of_another_person_counts_as_a_reply(made):
    """Not one whose post is missing, nor one of the poster's own words."""
    windows = made.tables["windows"].query("window == '0-27'").set_index("group")
    young = _group(made, "games/2022-03-01")["group"]
    assert windows.loc[young, "replies_explicit"] == 2
    assert windows.loc[young, "reply_receivers"] == 1


def test_the_host_is_the_opener_and_changes_with_the_number(made):
    """A series has no one owner; its days count each number's own host."""
    windows = made.tables["windows"].query("window == '0-27'").set_index("group")
    young, series = _group(made, "games/2022-03-01"), _group(made, "games/2022-05-01")
    assert windows.loc[young["group"], "owner_share"] == pytest.approx(0.2)
    assert windows.loc[young["group"], "owner_top"]
    assert pd.isna(windows.loc[series["group"], "owner_share"])
    days = made.tables["owner_days"].groupby("group")[["owner", "others"]].sum()
    assert days.loc[series["group"]].tolist() == [9 + 4, 36 + 16]


def test_closed_thread_is_observed_until_its_last_post(made):
    """Nobody could have written there."""
    closed = _group(made, "games/2022-06-01")
    assert closed["closed_us"] == closed["end_us"] == closed["last_us"]


def test_posts_of_hosts_and_others_add_up_to_the_day():
    """Two routes to the posts of each day and hour."""
    study = open_study("zh_s1_lounges")
    days = study.table("owner_days").set_index(["group", "day"])
    daily = study.table("daily").set_index(["group", "day"])["messages"]
    assert (days["owner"] + days["others"]).equals(daily.astype("int32"))
    assert study.table("rhythm")["items"].sum() == daily.sum()
