"""WeFlow's and EchoTrace's JSON."""

import json

import pytest

from helpers.store.ingest import Terms
from helpers.store.people import read_names


def document(**own):
    """One document with one message."""
    row = {"createTime": 1_703_001_600, "type": "文本消息", "content": "hi"}
    row |= {"senderUsername": "a", "senderDisplayName": "名a", "isSend": 0} | own
    session = {"wxid": "1@chatroom", "displayName": "读书群", "type": "群聊"}
    return {"session": session, "messages": [row]}


def test_whoever_exported_goes_by_the_name_of_the_file(tmp_path):
    """The private page called them 你, in English too."""
    own = document(senderDisplayName="Ann", isSend=1)
    (tmp_path / "a.json").write_text(json.dumps(own), "utf-8")
    names = read_names([tmp_path], Terms())
    assert {names.name_person(*key) for key in names.people} == {"Ann"}


@pytest.mark.parametrize(("name", "is_named"), [("\u200b\u2060", False), ("读", True)])
def test_a_name_that_cannot_be_seen_is_none(tmp_path, name, is_named):
    """A group of that name had an empty heading, and an empty link to it."""
    own = document()
    own["session"]["displayName"] = name
    (tmp_path / "a.json").write_text(json.dumps(own), "utf-8")
    assert bool(read_names([tmp_path], Terms()).groups) == is_named
