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


JOINED = '"甲"邀请"乙"加入了群聊'


def system(sender, content):
    """One system message."""
    return message(sender, "系统消息", content, 10000)


def message(sender, label="文本消息", content="hi", number=None, **others):
    """One message."""
    row = {"localId": 1, "createTime": TIME, "type": label, "content": content}
    row |= {"senderUsername": sender, "senderDisplayName": f"名{sender}", "isSend": 0}
    return row | ({"localType": number} if number is not None else {}) | others


def test_system_messages_of_the_group_itself_become_joins_and_kicks(read):
    """Rows whose sender ends with @chatroom are events, not dropped."""
    found = read("weflow", document(
        system("1@chatroom", '"甲"邀请"乙"加入了群聊'),
        system("1@chatroom", '你将"乙"移出了群聊'),
        weflow={"version": "5"},
    ))  # fmt: skip
    assert found.column("event", "kind") == ["join", "kick"]
    assert found.column("message", "sender") == [None, None]


@pytest.mark.parametrize(
    "line", ['""邀请""加入了群聊', '"$username$"邀请"$names$"加入了群聊']
)
def test_invite_without_names_is_one_join_of_an_unknown_person(read, line):
    """Names that the exporter left unresolved are flagged, not invented."""
    found = read("weflow", document(system("1@chatroom", line)))
    assert found.column("event", "kind", "subject", "rule") == [
        ("join", None, "wechat.invited (unresolved)")
    ]


def test_both_vocabularies_and_packed_numbers_are_understood(read):
    """Old labels, new labels, and 64-bit numbers for what has no label."""
    found = read("weflow", document(
        message("a", "卡片式链接"), message("a", "链接消息"), message("a", "红包卡片"),
        message("a", "未知类型(9)"), message("a", "其他消息", number=57 << 32 | 49),
    ))  # fmt: skip
    assert found.column("message", "kind") == [
        "link", "link", "red_packet", "other", "reply",
    ]  # fmt: skip


def test_a_revoke_keeps_its_author_where_the_exporter_found_one(read):
    """With an author it is a recalled message, without one a system line."""
    line = '"甲" 撤回了一条消息'
    found = read("weflow", document(
        system("a", line), system("1@chatroom", line)
    ))  # fmt: skip
    assert found.column("message", "kind", "sender") == [
        ("recalled", "a"),
        ("system", None),
    ]
    assert found.column("event", "kind") == ["recall", "recall"]


def test_local_id_is_not_used_as_message_id(read):
    """LocalId is numbered anew at each export."""
    found = read("weflow", document(message("a"), message("a", platformMessageId="77")))
    assert found.column("message", "id") == [None, "77"]


def test_a_leaked_sender_prefix_is_stripped_only_if_it_is_an_id(read):
    """WeChat 4 stores `wxid:` above the text; a note of one's own stays."""
    leaked = message("wxid_a", content="wxid_a:\nhello")
    found = read("weflow", document(leaked, message("a", content="note:\nhello")))
    assert found.column("message", "text") == ["hello", "note:\nhello"]


def test_mismatch_with_the_declared_count_is_noted(read):
    """session.messageCount that differs is noted."""
    found = read("weflow", document(message("a"), count=3))
    assert found.losses == [("note", "messages: 3 declared, 1 found", 2)]


def test_you_in_system_lines_is_the_exporter(read):
    """`你` in a system line is the sender of isSend rows."""
    found = read("weflow", document(
        message("me", isSend=1), system("1@chatroom", '你邀请"乙"加入了群聊')
    ))  # fmt: skip
    actor = found.column("event", "actor")[0]
    assert found.source.people.resolve("1@chatroom", actor) == "me"


def test_the_formatted_time_is_never_used(read):
    """It hangs on the wall of the exporter's machine; createTime is an instant."""
    row = message("wxid_a", formattedTime="1999-01-01 00:00:00")
    found = read("weflow", document(row))
    assert found.column("message", "time_us") == [TIME * 1_000_000]


@pytest.mark.parametrize(
    "name", ["chatlab", "weflow", "memotrace", "pywxdump", "chatlog"]
)
def test_a_voluntary_leave_is_unobserved_in_every_export_of_wechat(name):
    """WeChat tells nobody, so no leave in a file is no sign of staying."""
    assert FORMATS[name].OBSERVES.joins_observed
    assert not FORMATS[name].OBSERVES.leaves_observed


def test_echotrace_is_the_same_without_its_key(read):
    """And writes null for isSend of a system row."""
    row = system("1@chatroom", JOINED) | {"isSend": None}
    found = read("weflow", document(message("a"), row))
    assert found.recognised
    assert found.column("message", "kind") == ["text", "system"]
    assert found.column("event", "kind") == ["join"]


def test_a_sent_red_packet_is_a_message_and_its_opening_is_a_notice(read):
    """Only one's own receipts are visible, so they say nothing of the group."""
    opened = system("1@chatroom", "甲领取了你的红包")
    found = read("weflow", document(message("a", "红包卡片"), opened))
    assert found.column("message", "kind", "sender") == [
        ("red_packet", "a"), ("system", None),
    ]  # fmt: skip
    assert found.column("event", "kind", "value") == [("red_packet", "opened")]


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
