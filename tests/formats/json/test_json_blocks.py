"""Decoding a part that repeats once for each spelling."""

import json

import msgspec
import pytest

from helpers.formats.json import json_stream as json_blocks
from helpers.formats.json.json_stream import Repeating


class Said(msgspec.Struct):
    """A message, as small as can be."""

    by: msgspec.Raw


def spelled(*senders):
    """A list of messages."""
    return json.dumps([{"by": one} for one in senders]).encode()


def message(number, sender):
    """One message of QQ Chat Exporter."""
    content = {"text": "hi", "elements": [{"type": "text", "data": {"text": "hi"}}]}
    row = {"id": f"{number}", "timestamp": 1_703_001_600_000 + number}
    return row | {"sender": sender, "content": content}


def test_repeated_json_part_is_decoded_once_over_blocks():
    """What readers do once a sender must not be done again in every block."""
    said = Repeating(Said, "by", dict[str, int])
    (_, first), (_, other) = said.decode(spelled({"a": 1}, {"a": 2}))
    ((_, again),) = said.decode(spelled({"a": 1}))
    assert again is first
    assert (first, other) == ({"a": 1}, {"a": 2})


def test_json_parts_that_never_repeat_are_not_cached(monkeypatch):
    """A sender that changes with every message must not fill the memory."""
    monkeypatch.setattr(json_blocks, "MOST", 3)
    said = Repeating(Said, "by", int)
    found = [said.decode(spelled(n, n + 1))[0][1] for n in range(0, 40, 2)]
    assert found == list(range(0, 40, 2))
    assert len(said._known) <= 3 + 2


@pytest.mark.parametrize("broken", [7, None, {"uid": []}])
def test_malformed_sender_loses_only_its_own_message(read, broken):
    """Parts are decoded after the whole: what fails there is a loss as well."""
    good = {"uid": "u_1", "uin": "10001", "name": "甲"}
    rows = [message(1, good), message(2, broken), message(3, good)]
    found = read("qce", {"chatInfo": {"name": "g"}, "metadata": {}, "messages": rows})
    assert found.column("message", "id", "sender") == [("1", "10001"), ("3", "10001")]
    assert [(kind, rows) for kind, _, rows in found.losses] == [("loss", 1)]


def test_lone_surrogate_in_a_sender_name_is_replaced(read):
    """Emoji cut in two are no JSON, wherever they stand."""
    text = json.dumps({"chatInfo": {"name": "g"}, "metadata": {}, "messages": [
        message(1, {"uin": "10001", "name": "\ud83d"}), message(2, {"uin": "10002"}),
    ]})  # fmt: skip
    found = read("qce", text)
    assert found.column("message", "sender") == ["10001", "10002"]
    assert ("note", "spelled wrongly, and mended", 1) in found.losses
