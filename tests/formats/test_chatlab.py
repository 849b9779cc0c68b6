"""ChatLab's JSON and JSON Lines."""

import json

import pytest

from helpers.errors import BrokenFileError

HEAD = {"chatlab": {"version": "0.0.2", "exportedAt": 1_703_001_600}}
META = {
    "name": "读书群", "platform": "wechat", "type": "group", "groupId": "1@chatroom",
}  # fmt: skip
OWNER = {"platformId": "a", "accountName": "甲", "roles": [{"id": "owner"}]}
MEMBERS = [
    OWNER | {"aliases": ["x"]},
    {"platformId": "b", "accountName": "乙"},
    {"platformId": "silent", "accountName": "静"},
]


def message(sender, kind=0, content="hi", time=1_703_001_600, **others):
    """One message."""
    row = {"sender": sender, "accountName": sender, "timestamp": time, "type": kind}
    return row | {"content": content} | others


def document(*messages, **others):
    """One document."""
    return (
        HEAD | {"meta": META, "members": MEMBERS, "messages": list(messages)} | others
    )


def lines(*rows):
    """JSON Lines."""
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)


def test_silent_members_with_nested_roles_and_aliases_survive(read):
    """A members list with roles:[…] is read whole, lurkers included."""
    found = read("chatlab", document(message("a")))
    assert found.column("membership", "person") == ["a", "b", "silent"]
    assert found.source.observed["members_source"] == "roster"


def test_member_list_of_writers_only_is_not_a_roster(read):
    """Where everybody listed wrote something, the list may be of speakers only."""
    found = read("chatlab", document(message("a"), message("b"), message("silent")))
    assert found.source.observed["members_source"] == "speakers"


def test_owner_comes_from_roles_and_never_from_owner_id(read):
    """meta.ownerId may be the exporter."""
    with_role = read("chatlab", document(message("a"), meta=META | {"ownerId": "b"}))
    assert with_role.column("group", "owner") == ["a"]
    bare = [{"platformId": "b", "accountName": "乙"}]
    without = document(message("a"), meta=META | {"ownerId": "b"}, members=bare)
    found = read("chatlab", without, "other.json")
    assert found.column("group", "owner") == [None]
    assert not found.source.observed["owner_known"]


def test_metadata_after_the_messages_is_read(read):
    """Keys may come in any order, sorted ones put meta last."""
    content = json.dumps(document(message("a")), sort_keys=True)
    found = read("chatlab", content)
    assert found.column("message", "group") == ["1@chatroom"]


@pytest.mark.parametrize("nobody", ["SYSTEM", "system", "系统消息", "1@chatroom", ""])
def test_every_spelling_of_the_system_sender_makes_events(read, nobody):
    """Producers disagree on who sends system lines."""
    said = message(nobody, 80, '"甲"邀请"乙"加入了群聊')
    found = read("chatlab", document(said))
    assert found.column("message", "kind", "sender") == [("system", None)]
    assert found.column("event", "kind", "actor", "subject") == [
        ("join", "name:甲", "name:乙")
    ]


def test_a_text_that_quotes_a_system_line_stays_text(read):
    """The type is checked before the wording."""
    found = read("chatlab", document(message("a", 0, '"甲"邀请"乙"加入了群聊')))
    assert found.column("message", "kind") == ["text"]
    assert "event" not in found.rows


def test_unassigned_types_are_kept_as_other_with_their_number(read):
    """6, 9–19 and 28–79 mean nothing yet."""
    found = read("chatlab", document(message("a", 6), message("a", 33)))
    assert found.column("message", "kind", "rule") == [
        ("other", "chatlab.type-6"),
        ("other", "chatlab.type-33"),
    ]


def test_null_content_and_missing_names_are_read(read):
    """Content may be null, and the import document only advises names."""
    bare = {"sender": "a", "timestamp": 1_703_001_600, "type": 1, "content": None}
    found = read("chatlab", document(bare))
    assert found.column("message", "kind", "text") == [("image", None)]


def test_recalled_messages_keep_author_and_lose_text(read):
    """A recalled message is a row of its own kind, with an event."""
    found = read("chatlab", document(message("b", 81, "乙撤回了一条消息")))
    assert found.column("message", "kind", "sender", "text") == [
        ("recalled", "b", None)
    ]
    assert found.column("event", "kind") == ["recall"]


def test_lines_tolerate_comments_blanks_crlf_and_any_key_order(read):
    """JSON Lines with a header whose `_type` is last."""
    header = HEAD | {"meta": META, "_type": "header"}
    rows = lines(header, "# comment", "", {"_type": "message"} | message("a"))
    found = read("chatlab", rows.replace("\n", "\r\n"), "a.jsonl")
    assert found.recognised
    assert found.column("message", "position", "group") == [(4, "1@chatroom")]


def test_lines_keep_roles_aliases_and_silent_members(read):
    """Members in lines are as complete as in a document."""
    rows = [{"_type": "member"} | one for one in MEMBERS]
    found = read("chatlab", lines({"_type": "header"} | HEAD | {"meta": META}, *rows))
    assert found.column("membership", "person", "role") == [
        ("a", "owner"), ("b", None), ("silent", None),
    ]  # fmt: skip
    assert "x" in found.source.people.names


def test_a_broken_line_is_a_loss_and_the_rest_is_read(read):
    """One bad line costs one row, at its line number."""
    header = {"_type": "header"} | HEAD | {"meta": META}
    good = {"_type": "message"} | message("a")
    found = read("chatlab", lines(header, good, '{"_type":"mess', good))
    assert found.column("message", "position") == [2, 4]
    assert found.losses == [("loss", "not JSON", 1)]


def test_truncated_document_keeps_whole_messages_and_names_the_place(read):
    """A truncated export loses its last message only, by name."""
    text = json.dumps(document(message("a"), message("b"), message("a")))
    with pytest.raises(BrokenFileError, match="entry 3"):
        read("chatlab", text[: text.rindex("timestamp")])


def test_reply_targets_point_at_message_ids(read):
    """ReplyToMessageId is kept as reply_to."""
    first = message("a", platformMessageId="m1")
    second = message("b", 25, platformMessageId="m2", replyToMessageId="m1")
    found = read("chatlab", document(first, second))
    assert found.column("message", "id", "reply_to") == [("m1", None), ("m2", "m1")]


def test_both_versions_and_keys_beyond_them_are_read(read):
    """0.0.1 has no roles, ids or owner; merged files carry more than either names."""
    extra = {"chatRecords": [{"a": 1}], "mediaPath": "x", "attachments": []}
    old = HEAD | {"chatlab": {"version": "0.0.1", "exportedAt": 1}}
    meta = META | {"sources": [{"nested": {"chatlab": 1}}]}
    found = read("chatlab", old | document(message("a", **extra), meta=meta) | old)
    assert found.recognised
    assert found.column("message", "sender", "text") == [("a", "hi")]
    assert found.losses == []
