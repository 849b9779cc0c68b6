"""WeFlow's and EchoTrace's JSON."""

import json

import pytest

from helpers.formats import FORMATS
from helpers.store.ingest import Terms
from helpers.store.people import read_names

TIME = 1_703_001_600


def document(*messages, count=None, **others):
    """One document; EchoTrace leaves out the key weflow."""
    session = {"wxid": "1@chatroom", "displayName": "读书群", "type": "群聊"}
    if count is not None:
        session["messageCount"] = count
    return {"session": session, "messages": list(messages)} | others


def message(sender, label="文本消息", content="hi", number=None, **others):
    """One message."""
    row = {"localId": 1, "createTime": TIME, "type": label, "content": content}
    row |= {"senderUsername": sender, "senderDisplayName": f"名{sender}", "isSend": 0}
    return row | ({"localType": number} if number is not None else {}) | others


@pytest.mark.parametrize(
    "name", ["chatlab", "weflow", "memotrace", "pywxdump", "chatlog"]
)
def test_a_voluntary_leave_is_unobserved_in_every_export_of_wechat(name):
    """WeChat tells nobody, so no leave in a file is no sign of staying."""
    assert FORMATS[name].OBSERVES.joins_observed
    assert not FORMATS[name].OBSERVES.leaves_observed


def test_whoever_exported_goes_by_the_name_of_the_file(tmp_path):
    """The private page called them 你, in English too."""
    own = document(message("a", senderDisplayName="Ann", isSend=1))
    (tmp_path / "a.json").write_text(json.dumps(own), "utf-8")
    names = read_names([tmp_path], Terms())
    assert {names.name_person(*key) for key in names.people} == {"Ann"}


@pytest.mark.parametrize(("name", "is_named"), [("\u200b\u2060", False), ("读", True)])
def test_a_name_that_cannot_be_seen_is_none(tmp_path, name, is_named):
    """A group of that name had an empty heading, and an empty link to it."""
    own = document(message("a"))
    own["session"]["displayName"] = name
    (tmp_path / "a.json").write_text(json.dumps(own), "utf-8")
    assert bool(read_names([tmp_path], Terms()).groups) == is_named
