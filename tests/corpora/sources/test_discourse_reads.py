"""Posts with their readers: who answers whom, and how many only read."""

from __future__ import annotations

import pytest

from helpers.corpora.sources.discourse_reads import read, read_supplements
from helpers.study import open_study
from helpers.study.store.store import write_store
from helpers.study.tables.derive.derive import Terms, derive_tables

HEAD = "forum,topic_id,post_id,post_number,user,created_at,reply_to,reads,chars,links\n"
ROWS = """f,9,90,1,ann,2020-01-31T23:59:59.500Z,,5,3,0
f,9,91,2,bob,2020-02-01T00:00:00.000Z,1,8,3,1
f,9,91,2,bob,2020-02-01T00:00:00.000Z,1,8,3,1
f,8,80,1,ann,2020-02-02T00:00:00.000Z,,1,3,0
g,9,90,1,ann,2020-02-02T00:00:00.000Z,,2,3,0
"""


@pytest.fixture
def derived(written, tmp_path):
    """Make the tables of two forums with equal ids."""
    raw = written(posts__csv__gz=HEAD + ROWS)
    store = write_store(read(raw), tmp_path / "store", raw.tally)
    return derive_tables(store, Terms(further=("reads", "snapshots")))


def test_duplicate_post_in_one_forum_is_counted_once(derived):
    """Only the copy in the same forum goes."""
    assert derived.ledger.set_aside == {"duplicate id": 1}
    assert derived.tables["groups"]["messages"].tolist() == [3, 1]


def test_reply_is_resolved_by_post_number_within_a_forum(derived):
    """Bob answers Ann, who is another person in the other forum."""
    first = derived.tables["windows"].query("window == '0-27'")
    assert first["replies_explicit"].tolist() == [1, 0]
    assert derived.tables["groups"]["posters"].tolist() == [2, 1]


def test_readers_less_authors_bound_lurkers_from_below(derived):
    """Eight read the most read post and two wrote; one alone is no lurker."""
    reads = derived.tables["reads"]
    assert reads["lurkers_low"].tolist() == [6, 0, 1]
    assert reads["readers_first"].tolist() == [5, 1, 2]
    assert reads["topic"].tolist() == [0, 1, 2]


def test_months_are_counted_by_when_posts_were_written(derived):
    """The last half-second of January is January."""
    months = derived.tables["snapshots"].query("group == 0")
    assert months["readers"].tolist() == [5, 8]
    assert months["active"].tolist() == [1, 2]
    assert months["posts"].tolist() == [1, 3]


def test_counts_equal_the_published_ones():
    """5,046 topics, 36,990 posts, 999 posters; 635, 4,712 and 460."""
    study = open_study("discourse_reads")
    groups = study.table("groups").set_index("key")
    topics = study.table("reads").groupby("group")["topic"].size()
    assert study.ledger.total("read") == 36_990 + 4_712
    assert groups.loc["urho3d", ["messages", "posters"]].tolist() == [36_990, 999]
    assert groups.loc["delving", "posters"] == 460
    assert topics.tolist() == [5_046, 635]


def test_tone_is_compared_within_a_topic(written):
    """Of two forums only the one with 200 posts, eleven of a topic and more."""
    head = HEAD.replace("links\n", "links,text\n")
    rows = [
        f"f,{n // 25},{n},{n},u{n % 3},2020-01-{1 + n // 25:02}T00:00:{n % 25:02}.000Z,"
        f",1,3,0,{'good' if n % 2 else 'bad'}\n"
        for n in range(200)
    ]
    other = "g,1,1,1,ann,2020-01-01T00:00:00.000Z,,1,3,0,good\n"
    raw = written(posts__csv__gz="".join([head, *rows, other]))
    sums = read_supplements(raw).tables["echoed"]
    first = sums[(sums["way"] == "10 before") & (sums["deal"] == 0)]
    assert first["messages"].sum() == 8 * 11  # the fifteenth of a topic is the first
