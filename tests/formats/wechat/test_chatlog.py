"""sjzar/chatlog's JSON, CSV, TXT and chat rooms."""

import pytest

from helpers.errors import BrokenFileError

AT = "2024-01-01T10:00:00+08:00"
ROOM = "1@chatroom"


def message(sender, content="hi", kind=1, sub=0, time=AT, **others):
    """One message."""
    row = {"seq": 1, "time": time, "talker": ROOM, "sender": sender, "senderName": "名"}
    return row | {"type": kind, "subType": sub, "content": content} | others


def test_ids_inside_system_strings_are_used(read):
    """`甲(wxid_a)` gives the id and the name."""
    line = '"甲(wxid_a)"邀请"乙(wxid_b)"加入了群聊'
    found = read("chatlog", [message("系统消息", line, 10000)])
    assert found.recognised
    assert found.column("event", "actor", "subject") == [("wxid_a", "wxid_b")]
    assert {"甲", "乙"} <= found.source.people.names


def test_a_quote_is_matched_by_sender_and_time(read):
    """contents.refer has no id; the offset of its time is the server's."""
    refer = {"refer": {"time": "2024-01-01T02:00:00Z", "sender": "wxid_a"}}
    found = read(
        "chatlog", [message("wxid_a"), message("b", "re", 49, 57, contents=refer)]
    )
    first, second = found.column("message", "id", "reply_to")
    assert second[1] == first[0]


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "", None])
def test_quote_without_a_time_is_resolved_by_its_text(read, time):
    """The last such message before it; words that nobody wrote answer nothing."""
    refer = {"time": time, "sender": "wxid_a", "content": "hi"}
    rows = [
        message("wxid_a", "hi"),
        message("b", "re", 49, 57, contents={"refer": refer}),
        message("b", "re", 49, 57, contents={"refer": refer | {"content": "ho"}}),
    ]
    found = read("chatlog", rows)
    (first, _), *answers = found.column("message", "id", "reply_to")
    assert [reply for _, reply in answers] == [first, None]


def test_the_chat_room_lists_silent_members_and_the_owner(read):
    """/chatroom has the full current membership."""
    users = [{"userName": "a", "displayName": "甲"}, {"userName": "silent"}]
    rooms = {"items": [{"name": ROOM, "owner": "a", "users": users}]}
    found = read("chatlog", {"log.json": [message("a")], "room.json": rooms}, None)
    assert found.column("membership", "person", "role") == [
        ("a", "owner"),
        ("silent", None),
    ]
    assert found.source.observed["members_source"] == "roster"
    assert ("a", 2) in found.column("group", "owner", "member_count")


def test_csv_times_are_local_without_zone(read):
    """CSV times have no zone, and this is declared."""
    row = f"2024-01-01 10:00:00,甲,a,群,{ROOM},hi"
    text = f"Time,SenderName,Sender,TalkerName,Talker,Content\n{row}\n"
    found = read("chatlog", text, "a.csv")
    assert found.column("message", "sender", "group", "time_us") == [
        ("a", ROOM, 1_704_074_400_000_000)
    ]
    assert found.source.observed["time_zone_known"] is False


def test_txt_exporter_name_is_normalised(read):
    """Whoever exported is 我, without an id."""
    where = f"[群({ROOM})] 2024-01-01 10:00"
    text = f"甲(wxid_a) {where}:00\nhi\nho\n\n我 {where}:09\nyo\n\n"
    found = read("chatlog", text, "a.txt")
    assert found.column("message", "sender", "text", "group") == [
        ("wxid_a", "hi\nho", ROOM), ("name:你", "yo", ROOM),
    ]  # fmt: skip


def test_txt_times_without_a_year_are_refused(read):
    """The range queried may leave out the year: there is no telling it."""
    with pytest.raises(BrokenFileError, match="without a year"):
        read("chatlog", "甲(wxid_a) 01-02 10:00:00\nhi\n\n", "a.txt")


def test_one_txt_time_without_a_year_no_longer_refuses_the_file(read):
    """It is a counted loss."""
    dated = "甲(wxid_a) 2024-01-01 10:00:00\nhi\n\n"
    undated = "甲(wxid_a) 01-02 10:00:00\nho\n\n"
    found = read("chatlog", dated + undated + dated, "a.txt")
    assert found.column("message", "text") == ["hi", "hi"]
    assert found.source.losses.rows == 1
