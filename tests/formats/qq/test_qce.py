"""QQ Chat Exporter's documents and chunks."""

import json

import pytest

TIME = 1_703_001_600_000


def message(ident, uin="10001", text="hi", time=TIME, **others):
    """One message of version 5."""
    sender = {"uid": f"u_{uin}", "uin": uin, "name": f"名{uin}"}
    content = {"text": text, "elements": [{"type": "text", "data": {"text": text}}]}
    row = {"id": ident, "timestamp": time, "sender": sender, "content": content}
    return row | {"time": "1999-01-01 00:00:00", "type": "type_1"} | others


def document(*messages, statistics=None, **info):
    """One document."""
    about = {"name": "群", "type": "group", "peerUin": "700"} | info
    head = {"metadata": {"name": "QQChatExporter V5"}, "chatInfo": about}
    return head | {"statistics": statistics or {}, "messages": list(messages)}


def system(text, **others):
    """One system message of the fake user 0."""
    return message("s", "0", text, system=True, **others)


def test_epoch_timestamp_is_used_not_the_displayed_time(read):
    """`time` is local in one version and UTC in another."""
    found = read("qce", document(message("1")))
    assert found.recognised
    assert found.column("message", "time_us") == [TIME * 1000]


def test_version_4_with_iso_times_and_its_own_keys_is_read(read):
    """messageId, isRecalled, isSystemMessage, content.reply, rawMessage."""
    old = {
        "messageId": "9", "timestamp": "2023-12-19T16:00:00.000Z", "isRecalled": False,
        "isSystemMessage": False, "sender": {"uid": "u_1"},
        "content": {"text": "x", "reply": {"referencedMessageId": "8"}},
        "rawMessage": {"sendNickName": "甲", "senderUin": "10001"},
    }  # fmt: skip
    found = read("qce", document(old))
    keys = ("id", "sender", "time_us", "kind", "reply_to")
    assert found.column("message", *keys) == [("9", "10001", TIME * 1000, "reply", "8")]


def test_sender_is_identified_by_uin_or_else_by_uid(read):
    """Uid and uin of a person may differ between exports; mentions know the uid."""
    bare = message("2") | {"sender": {"uid": "u_x", "name": "乙"}}
    called = message("1")
    called["content"]["mentions"] = [{"uid": "u_10001", "name": "甲", "type": "user"}]
    found = read("qce", document(called, bare))
    assert found.column("message", "sender") == ["10001", "u_x"]
    assert found.source.people.resolve("700", "name:u_10001") == "10001"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("[17]设为精华", "pin"), ("[4]禁言", "settings"), ("[1]x", "recall"),
     ("[12]甲(10001) 邀请 乙(10002) 加入本群", "join"), ("[12]?", "unrecognised")],
)  # fmt: skip
def test_codes_of_the_fake_user_become_events(read, text, kind):
    """System events are codes in the text of a user 0, who is nobody."""
    found = read("qce", document(system(text)))
    assert found.column("event", "kind") == [kind]
    assert found.column("message", "sender", "kind") == [(None, "system")]


def test_recalled_text_is_dropped_though_the_exporter_kept_it(read):
    """Withdrawn consent: the row stays, the words go."""
    found = read("qce", document(message("1", text="secret", recalled=True)))
    assert found.column("message", "kind", "sender", "text") == [
        ("recalled", "10001", None)
    ]


@pytest.mark.parametrize(
    ("line", "first"),
    [("名10001 撤回了一条消息", 0), ("名10001 撤回了一条消息", 1),
     ("[1]名2 撤回了成员 名10001 的一条消息", 0), ("[1]", 0)],
)  # fmt: skip
def test_a_recall_that_is_marked_and_announced_is_one(read, line, first):
    """A mark on the message and a notice behind it, whichever is read first."""
    rows = [message("1", recalled=True), system(line, time=TIME + 60_000)]
    others = [message("2", recalled=True, time=TIME + 90_000), message("3", "2")]
    found = read("qce", document(others[1], *rows[first:], *rows[:first], others[0]))
    assert found.column("event", "kind") == ["recall", "recall"]
    kinds = found.column("message", "kind")
    assert (kinds.count("recalled"), kinds.count("system")) == (2, 1)


def test_participant_count_is_used_as_member_count(read):
    """members_source is a bare count."""
    found = read("qce", document(message("1"), participantCount=50))
    assert found.column("group", "member_count") == [50]
    assert found.source.observed["members_source"] == "count"


def test_mismatch_with_the_exporters_statistics_is_noted(read):
    """Counts by sender that differ are noted."""
    senders = [{"uid": "u_10001", "messageCount": 2}]
    statistics = {"totalMessages": 1, "senders": senders}
    found = read("qce", document(message("1"), statistics=statistics))
    reason = "messages of one sender: 2 declared, 1 found"
    assert found.losses == [("note", reason, 1)]


def chunk(*messages):
    """One chunk's lines."""
    return "".join(json.dumps(one) + "\n" for one in messages)


@pytest.mark.parametrize("listed", [True, False])
def test_all_chunks_are_read_without_duplicates(read, listed):
    """Chunks overlap and are out of order; 6.0 changed the manifest."""
    manifest = document()
    if listed:
        manifest["chunked"] = {"chunks": [{"fileName": "chunk_0001.jsonl"}]}
    files = {
        "manifest.json": manifest,
        "avatars.json": {},
        "chunks/chunk_0001.jsonl": chunk(message("2", time=TIME + 5), message("3")),
        "chunks/chunk_0002.jsonl": chunk(message("1"), message("2", time=TIME + 5)),
    }
    found = read("qce", files, None)
    assert found.recognised
    assert sorted(found.column("message", "id")) == ["1", "2", "3"]
    assert ("note", "repeated in another chunk", 1) in found.losses


def test_quoted_text_is_not_attributed_to_the_replier(read):
    """A reply's text is its text elements only."""
    elements = [
        {"type": "reply", "data": {"messageId": "1", "content": "old words"}},
        {"type": "text", "data": {"text": "new"}},
    ]
    reply = message("2") | {
        "content": {"text": "[回复 old words]new", "elements": elements}
    }
    found = read("qce", document(reply))
    assert found.column("message", "text", "reply_to", "kind") == [
        ("new", "1", "reply")
    ]


def test_only_uin_zero_is_the_system_user(read):
    """A uin 0 is the platform; a missing uin leaves the uid."""
    own = message("2")
    own["sender"].pop("uin")
    found = read("qce", document(system("[4] x"), own))
    assert found.column("message", "sender") == [None, "u_10001"]


def test_mismatch_with_the_chunk_manifest_is_noted(read):
    """One holds less than it should, another isn't there at all."""
    listed = [
        {"fileName": "chunk_0001.jsonl", "count": 3},
        {"relativePath": "chunks/chunk_0002.jsonl", "count": 50},
        {"fileName": 7, "count": "many"},
    ]
    files = {
        "manifest.json": document() | {"chunked": {"chunks": listed}},
        "chunks/chunk_0001.jsonl": chunk(message("1"), message("2")),
    }
    found = read("qce", files, None)
    assert ("note", "messages of a chunk: 3 declared, 2 found", 1) in found.losses
    assert ("loss", "chunk in the manifest only", 50) in found.losses
