"""DiscordChatExporter's JSON."""

import json

import pytest

from helpers.errors import BrokenFileError
from helpers.formats import FORMATS
from helpers.formats.reading.source import Source
from helpers.formats.rows.times import check_times
from helpers.formats.rules.hooks import discord

STAMP = "2024-04-01T08:00:00.123+08:00"
DELETED = "456226577798135808"


def message(number, kind="Default", author="9", content="hi", **others):
    """One message whose id carries its time."""
    number = ((1_711_929_600_123 - discord.EPOCH_MS) << 22) + number
    writer = {"id": author, "name": f"n{author}", "isBot": False}
    entry = {"id": str(number), "type": kind, "timestamp": STAMP, "content": content}
    return entry | {"author": writer} | others


def export(*messages, count=None, channel="5", after=None):
    """One channel."""
    head = {"guild": {"id": "1", "name": "G"}, "channel": {"id": channel, "name": "c"}}
    dates = {"dateRange": {"after": after, "before": None}}
    tail = {"messageCount": len(messages) if count is None else count}
    return head | dates | {"messages": list(messages)} | tail


def test_joins_are_guild_member_join_and_unknown_numbers_stay_unrecognised(read):
    """The exporter has names for a few kinds; the others are numbers."""
    found = read("discord", export(
        message(1, "GuildMemberJoin"), message(2, "8"), message(3, "999"),
        message(4, "20", content="done"),
    ))  # fmt: skip
    assert found.recognised
    assert found.column("event", "kind", "subject") == [
        ("join", "9"), ("settings", None), ("unrecognised", None),
    ]  # fmt: skip
    assert found.column("message", "kind") == ["system", "system", "system", "text"]


def test_deleted_accounts_are_never_one_person(read):
    """They share an id; messages stay, without a sender."""
    found = read("discord", export(message(1, author=DELETED), message(2)))
    assert found.column("message", "sender") == [None, "9"]


@pytest.mark.parametrize("kind", ["Reply", "ThreadCreated"])
def test_sentence_of_a_notice_is_a_persons_where_the_file_has_types(read, kind):
    """The types stood a mebibyte behind it."""
    words = [message(n, content="x" * 600_000) for n in (2, 3)]
    said = message(1, content="Pinned a message.")
    found = read("discord", export(said, *words, message(4, kind)))
    assert found.column("message", "kind")[0] == "text"


def test_leaving_a_group_conversation_is_distinguished_from_being_removed(read):
    """Only a removal mentions somebody else."""
    other = [{"id": "7", "name": "z"}]
    found = read("discord", export(
        message(1, "RecipientRemove"), message(2, "RecipientRemove", mentions=other)
    ))  # fmt: skip
    assert found.column("event", "kind", "subject", "actor") == [
        ("leave", "9", None), ("kick", "7", "9"),
    ]  # fmt: skip


def test_a_cancelled_export_is_read_up_to_its_break(tmp_path):
    """What is whole is kept; the break is a loss and an error with its place."""
    text = json.dumps(export(message(1), message(2)))
    path = tmp_path / "cut.json"
    path.write_text(text[: text.rindex('"author"')])
    source, found = Source(path), []
    with pytest.raises(BrokenFileError, match="breaks off"):
        found.extend(check_times(FORMATS["discord"].read(source), source))
    assert [batch.table.num_rows for batch in found if batch.kind == "message"] == [1]
    assert [entry.kind for entry in source.losses] == ["loss"]


def test_the_count_at_the_end_is_checked(read):
    """MessageCount says how many there should be."""
    found = read("discord", export(message(1), count=3))
    assert ("note", "messages: 3 declared, 1 found", 2) in found.losses


def test_parts_are_one_channel_in_their_own_order(read):
    """Part 10 comes behind part 2, and the channel is listed once."""
    parts = {
        f"G - c [5]{part}.json": export(message(at))
        for at, part in enumerate(["", " [part 2]", " [part 10]"])
    }
    found = read("discord", parts, None)
    numbers = [int(one) & 0xFF for one in found.column("message", "id")]
    assert numbers == [0, 1, 2]
    assert len(found.rows["group"]) == 1


def test_message_time_that_differs_from_its_id_is_noted(read):
    """A snowflake carries the millisecond it was made in."""
    found = read("discord", export(message(1) | {"id": "1100000000000000000"}))
    assert ("note", "time differs from the id's", 1) in found.losses


def test_named_reactors_are_listed_and_unnamed_ones_counted(read):
    """Readers who never write are seen by their reactions."""
    users = [{"id": "7", "name": "z"}]
    reaction = {"emoji": {"id": "", "name": "👍"}, "count": 3, "users": users}
    found = read("discord", export(message(1, reactions=[reaction])))
    assert found.column("reaction", "person", "count") == [("7", 1), (None, 2)]


def test_a_start_chosen_by_the_exporter_is_left_truncation(read):
    """What was before `after` was not asked for."""
    found = read("discord", export(message(1), after="2024-01-01T00:00:00+00:00"))
    assert found.source.observed["left_truncated"] is True


def test_reply_notification_is_not_a_mention(read):
    """Mentions list whom a reply notifies; naming somebody is another act."""
    users = [{"id": "7", "name": "ann", "nickname": "Ann"}, {"id": "8", "name": "bob"}]
    found = read("discord", export(
        message(1, "Reply", content="yes", mentions=users[:1]),
        message(2, "Reply", content="yes @Ann", mentions=users[:1]),
        message(3, "Reply", content="ask <@8>", mentions=users),
        message(4, content="@bob", mentions=users[1:]),
    ))  # fmt: skip
    assert found.column("message", "mentions") == [None, ["7"], ["8"], ["8"]]
    assert found.column("message", "text")[2] == "ask [name]"


def test_forwarded_message_is_not_a_reply(read):
    """Its reference is of another type."""
    away = {"messageId": "1", "type": "Forward"}
    answer = {"messageId": "1", "type": "Default"}
    found = read("discord", export(
        message(1, reference=away), message(2, "Reply", reference=answer)
    ))  # fmt: skip
    assert found.column("message", "reply_to") == [None, "1"]


def test_a_forwarded_message_is_no_empty_one(read):
    """Its words stand elsewhere in the file."""
    found = read(
        "discord", export(message(1, content="", reference={"type": "Forward"}))
    )
    assert found.column("message", "kind") == ["forward"]
