"""The traps of the Zulip archives."""

from __future__ import annotations

from pipeline.corpora.sources.zulip_archives import read


def test_channels_are_keyed_by_stream_id(zulip, records):
    """A renamed channel is one group, under the name of its newest message."""
    source = zulip((7, "old", "t", 1, "x", ""), (7, "new", "t", 2, "x", ""))
    groups = records(read, source, "group")
    assert groups[["group", "label"]].to_numpy().tolist() == [["lean/7", "lean: new"]]


def test_people_and_mentions_are_unique_over_archives(zulip, records):
    """A hash is one person within an archive only, so its name goes before it."""
    messages = records(read, zulip((7, "a", "t", 1, "x", "y;z")), "message")
    assert messages["sender"].tolist() == ["lean/x"]
    assert list(messages["mentions"].iloc[0]) == ["lean/y", "lean/z"]
    assert messages["time_us"].tolist() == [1_000_000]


def test_empty_mention_list_is_no_mention(zulip, records):
    """An empty list of hashes is no mention, of nobody's hash either."""
    messages = records(read, zulip((7, "a", "t", 1, "x", "")), "message")
    assert messages["mentions"].isna().all()


def test_copied_message_under_a_renamed_channel_has_the_same_id(zulip, records):
    """The same message under both names of a channel has one id."""
    source = zulip((7, "old", "t", 1, "x", ""), (7, "new", "t", 1, "x", ""))
    ids = records(read, source, "message")["id"]
    assert ids.notna().all()
    assert ids.nunique() == 1


def test_messages_of_a_channel_exported_twice_have_equal_ids(zulip, records):
    """Where time starts again in a topic, equal rows are copies."""
    once = [(7, "a", "t", 1, "x", ""), (7, "a", "t", 2, "y", "")]
    ids = records(read, zulip(*once, *once), "message")["id"]
    assert ids.tolist()[:2] == ids.tolist()[2:]
    assert ids.nunique() == 2


def test_equal_messages_within_a_second_are_kept(zulip, records):
    """Two short messages in one second are two, where no copy was seen."""
    source = zulip((7, "a", "t", 1, "x", ""), (7, "a", "t", 1, "x", ""))
    assert records(read, source, "message")["id"].isna().all()


def test_older_topic_after_a_newer_one_is_not_a_copy(zulip, records):
    """Time runs on within a topic, not over the file."""
    source = zulip((7, "a", "t", 9, "x", ""), (7, "a", "u", 1, "x", ""))
    assert records(read, source, "message")["id"].isna().all()
