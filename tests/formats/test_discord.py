"""DiscordChatExporter's JSON."""

import json

import pytest

from helpers.errors import BrokenFileError
from helpers.formats import FORMATS
from helpers.formats.reading.source import Source
from helpers.formats.rows.times import check_times
from helpers.formats.rules.hooks import discord

STAMP = "2024-04-01T08:00:00.123+08:00"


def message(number, kind="Default", content="hi"):
    """One message whose id carries its time."""
    number = ((1_711_929_600_123 - discord.EPOCH_MS) << 22) + number
    writer = {"id": "9", "name": "n9", "isBot": False}
    entry = {"id": str(number), "type": kind, "timestamp": STAMP, "content": content}
    return entry | {"author": writer}


def export(*messages):
    """One channel."""
    head = {"guild": {"id": "1", "name": "G"}, "channel": {"id": "5", "name": "c"}}
    return head | {"messages": messages, "messageCount": len(messages)}


@pytest.mark.parametrize("kind", ["Reply", "ThreadCreated"])
def test_sentence_of_a_notice_is_a_persons_where_the_file_has_types(read, kind):
    """The types stood a mebibyte behind it."""
    words = [message(n, content="x" * 600_000) for n in (2, 3)]
    said = message(1, content="Pinned a message.")
    found = read("discord", export(said, *words, message(4, kind)))
    assert found.column("message", "kind")[0] == "text"


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
