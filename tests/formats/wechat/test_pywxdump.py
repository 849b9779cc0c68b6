"""PyWxDump's pages."""

from helpers.formats import FORMATS

ROOM = "1@chatroom"


def row(talker="wxid_a", kind="文本", msg="hi", ident="7", time="2024-01-01 10:00:00"):
    """One row."""
    return {
        "id": 1, "MsgSvrID": ident, "type_name": kind, "is_sender": 0, "talker": talker,
        "room_name": ROOM, "msg": msg, "src": {"a": 1}, "extra": {}, "CreateTime": time,
    }  # fmt: skip


def test_pages_are_read_in_the_order_of_their_numbers(read):
    """Page 1000 comes behind page 200."""
    pages = {f"{ROOM}_{n}_{n + 1}.json": [row(msg=str(n))] for n in (1000, 200, 0)}
    users = {"wxid_a": {"wxid": "wxid_a", "nickname": "甲"}}
    found = read("pywxdump", pages | {"users.json": users}, None)
    assert found.recognised
    assert found.column("message", "text") == ["0", "200", "1000"]


def test_a_csv_page_keeps_quoted_line_ends(read):
    """Multi-line messages are quoted, UTF-8 has no mark."""
    head = "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime"
    line = f'1,7,文本,0,wxid_a,{ROOM},"a\nb",,2024-01-01 10:00:00'
    found = read("pywxdump", f"{head}\n{line}\n", f"{ROOM}_0_1.csv")
    assert found.recognised
    assert found.column("message", "text", "id") == [("a\nb", "7")]


def test_a_quote_in_the_text_is_cut_and_its_author_mentioned(read):
    """`[引用](TIME)NAME:TEXT` below the title holds somebody else's words."""
    msg = "好的\n\n[引用](2024-01-01 09:00:00)乙:旧话"
    found = read("pywxdump", [row(kind="引用回复", msg=msg)])
    assert found.column("message", "kind", "text", "mentions") == [
        ("reply", "好的", ["name:乙"])
    ]


def test_system_rows_of_unknown_talkers_become_events(read):
    """System rows keep 未知 or 系统 as talker."""
    rows = [
        row("未知", "系统通知", '"甲"邀请"乙"加入了群聊', ""),
        row("系统", "消息撤回1", '"甲" 撤回了一条消息', ""),
    ]
    found = read("pywxdump", rows)
    assert found.column("event", "kind") == ["join", "recall"]
    assert found.column("message", "sender", "id") == [(None, None), (None, None)]


def test_own_messages_belong_to_the_exporter(read):
    """我 is no id."""
    found = read("pywxdump", [row("我")])
    assert found.column("message", "sender") == ["name:你"]


def test_times_are_local_without_a_known_zone(read):
    """Only a local text is written, so a zone must be told."""
    found = read("pywxdump", {f"{ROOM}_0_1.json": [row()]}, None)
    assert FORMATS["pywxdump"].OBSERVES.time_zone_known is False
    assert found.column("message", "time_us") == [1_704_074_400_000_000]


def test_every_spelling_of_a_revoke_is_a_system_row(read):
    """The type's name is followed by a number or by nothing."""
    rows = [row("系统", f"消息撤回{n}", '"甲" 撤回了一条消息') for n in ("", 1, 57)]
    found = read("pywxdump", {f"{ROOM}_0_1.json": rows}, None)
    assert found.column("event", "kind", "actor") == [("recall", "name:甲")] * 3
