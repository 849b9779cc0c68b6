"""What surrounds a file: inputs of public reports, with the values that are right.

The first table are inputs from outside, which stand in ``../shared`` and are skipped
where it is absent; the tests below have inputs of the same kinds of their own.
"""

import json
import zipfile

import pytest

import helpers as sq
from helpers.derive.inspect import inspect_exports
from helpers.formats.rows.losses import (
    OF_FILE,
    REPLIES_MISSING,
    ROUNDED,
    SHARED,
    THREADS_APART,
    UNDELIVERED,
)
from helpers.library.observation import read_observed
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.paths import ROOT
from helpers.store.discovery import list_candidates
from helpers.store.ingest import Terms

SHARED_CASES = ROOT.parent / "shared" / "cases" / "turn5"
# by the path of a case: groups, messages, people who wrote, events by kind
CASES = {
    "zip_of_two_programs/exports.zip": (2, 82, 4, {}),
    "slack_joins_as_text": (1, 29, 3, {"join": 10, "leave": 1}),
    "mattermost_without_types/export.jsonl": (1, 20, 3, {"join": 20, "leave": 10}),
    "slack_canvas": (1, 10, 3, {}),
    "wechat_dissolved/读书会.json": (1, 60, 3, {"close": 1}),
    "matrix_not_decrypted/export.json": (1, 60, 3, {}),
    "sender_not_available/g.csv": (1, 60, 3, {}),
    "ids_rounded_by_a_spreadsheet/g.csv": (1, 60, 3, {}),
    "telegram_dates/iso_with_zone/result.json": (1, 30, 3, {}),
    "telegram_dates/old_and_new/result.json": (1, 30, 3, {}),
    "discord_polls/talk.json": (1, 40, 4, {}),
    "discord_before/talk.json": (1, 120, 4, {}),
    "chatlog_alpha_csv/读书会.csv": (1, 30, 3, {"join": 5}),
    "gitter_bridge/room.json": (1, 40, 7, {}),
    "gitter_bridge/before_2020/room.json": (1, 40, 7, {}),
    "tools_of_2026/wxcli.json": (1, 30, 3, {}),
    "tools_of_2026/wxcli_读书会.txt": (1, 30, 3, {}),
    "tools_of_2026/weq_55501.csv": (1, 30, 3, {}),
    "tools_of_2026/weq_55501.txt": (1, 30, 3, {}),
    "members_that_match_nobody/talk.json": (1, 100, 4, {}),
}
absent = pytest.mark.skipif(
    not SHARED_CASES.is_dir(), reason="the cases of ../shared are not here"
)


def inspect(path):
    """Return what inspection finds of all exports at a path."""
    found = [
        one
        for one in inspect_exports(list_candidates([path])).exports
        if one.form is not None
    ]
    assert not [one.error for one in found if one.error]
    return found


@absent
@pytest.mark.parametrize("case", sorted(CASES))
def test_inspection_of_a_shared_case(case):
    """Groups, messages, writers and events are right."""
    groups, messages, wrote, events = CASES[case]
    found = inspect(SHARED_CASES / case)
    assert sum(one.groups for one in found) == groups
    assert sum(one.messages for one in found) == messages
    assert sum(one.speakers for one in found) == wrote
    told = {kind: n for one in found for kind, n in one.events.items()}
    assert {kind: told.get(kind) for kind in events} == events


@absent
def test_a_range_that_an_export_was_asked_for_ends_what_is_known():
    """Of two days, that of the export and that of the range, the earlier counts."""
    path = SHARED_CASES / "discord_before" / "talk.json"
    (found,) = inspect(path)
    assert (found.exported, found.asked_until) == ("2026-11-01", "2024-03-01")
    (seen,) = read_observed(sq.read_messages(path, zone="UTC")).values()
    assert (seen.until_us // 10**6, seen.until_how) == (1709251200, "range")


@absent
@pytest.mark.some(3)
@pytest.mark.parametrize("case", sorted(CASES))
def test_library_reads_a_shared_case(case):
    """What is cleaned is what is inspected."""
    groups, messages, wrote, _ = CASES[case]
    table = sq.clean(sq.read_messages(SHARED_CASES / case, zone="Asia/Shanghai"))
    assert (len(table), table["group"].nunique()) == (messages, groups)
    pairs = table[["group", "sender"]].dropna().drop_duplicates()
    assert len(pairs) == wrote


@absent
@pytest.mark.some(3)
@pytest.mark.parametrize("case", sorted(CASES))
def test_run_counts_a_shared_case(case, tmp_path):
    """`shequn run` counts the same messages in the same groups."""
    groups, messages, _, _ = CASES[case]
    key = tmp_path / "key"
    key.write_text("0" * 64)
    plan = Plan(exports=[SHARED_CASES / case], out=tmp_path, terms=Terms(key=key), k=1)
    study, _ = make_study(plan)
    table = study.table("groups")
    assert (len(table), int(table["messages"].sum())) == (groups, messages)


SAID = {"type": "message", "user": "U1"}


def test_a_share_without_a_comment_is_an_act_in_slack(read):
    """It has no text and was not counted."""
    shared = SAID | {"ts": "1700000000.000100", "text": ""}
    shared["attachments"] = [{"is_share": True, "text": "x"}]
    empty = SAID | {"ts": "1700000001.000100", "text": "", "attachments": []}
    found = read("slack", {"C1/1.json": [shared, empty]}, None)
    assert found.column("message", "kind") == ["forward", "text"]


@pytest.mark.parametrize(("counted", "missing"), [(1, 0), (4, 3)])
def test_replies_that_a_log_counts_and_lacks_are_told(read, counted, missing):
    """Archives of channels often leave out the threads."""
    ts = "1700000000.000100"
    root = SAID | {"ts": ts, "thread_ts": ts, "text": "a", "reply_count": counted}
    answer = SAID | {"ts": "1700000001.000100", "thread_ts": ts, "text": "b"}
    found = read("slack", {"C1/1.json": [root, answer]}, None)
    assert sum(n for _, why, n in found.losses if why == REPLIES_MISSING) == missing


def matrix(*events):
    """A room's file of Element, with messages a minute apart."""
    return {
        "room_name": "r",
        "messages": [
            {
                "type": "m.room.message", "sender": "@a:x", "event_id": f"${n}",
                "origin_server_ts": 1704103200000 + 60000 * n,
                "content": {"msgtype": "m.text", "body": "hi"},
            } | event
            for n, event in enumerate(events)
        ],
    }  # fmt: skip


def test_answers_that_matrix_and_gitter_count_and_lack_are_told(read):
    """Only Slack's were."""
    told = {"unsigned": {"m.relations": {"m.thread": {"count": 3}}}}
    answer = {"msgtype": "m.text", "body": "b"}
    answer["m.relates_to"] = {"rel_type": "m.thread", "event_id": "$0"}
    found = read("matrix", matrix(told, {"content": answer}), "export.json")
    assert ("note", REPLIES_MISSING, 2) in found.losses
    message = {"id": "1", "sent": "2024-01-01T10:00:00Z", "text": "a"}
    message["fromUser"] = {"id": "u", "username": "u"}
    rows = [message | {"threadMessageCount": 2}, message | {"id": "2", "parentId": "1"}]
    assert ("note", REPLIES_MISSING, 1) in read("gitter", rows, "room.json").losses


def test_words_of_element_that_could_not_decrypt_are_known_in_any_language(read):
    """Between two pairs of stars, as no person writes."""
    body = "** Entschlüsseln nicht möglich: kein Schlüssel **"
    event = {"content": {"msgtype": "m.text", "body": body}}
    found = read("matrix", matrix(event), "export.json")
    assert found.column("message", "text") == [None]
    assert ("note", UNDELIVERED, 1) in found.losses


def test_threads_of_discord_that_stand_elsewhere_are_told(read):
    """Their messages are missing unless their files were exported too."""
    base = {
        "timestamp": "2024-01-01T10:00:00Z", "content": "x",
        "author": {"id": "20", "name": "u", "isBot": False},
    }  # fmt: skip
    rows = [
        base | {"id": str(n), "type": kind}
        for n, kind in enumerate(("Default", "ThreadCreated", "ThreadCreated"))
    ]
    channel = {"id": "2", "type": "GuildTextChat", "name": "talk"}
    export = {"guild": {"id": "1", "name": "G"}, "channel": channel, "messages": rows}
    assert ("note", THREADS_APART, 2) in read("discord", export, "talk.json").losses


def test_comments_on_a_canvas_are_counted_aside(read):
    """They were a group with one message, soon dead."""
    files = {
        "users.json": [{"id": "U1", "name": "ann"}],
        "channels.json": [{"id": "C1", "name": "talk", "members": ["U1"]}],
        "talk/2024-01-01.json": [SAID | {"ts": "1704103200.000100", "text": "hi"}],
        "FC_F1_Plan/2024-01-02.json": [SAID | {"ts": "1704189600.0001", "text": "x"}],
        "F7/2024-01-02.json": [SAID | {"ts": "1704189600.0001", "text": "y"}],
        "file_conversations.json": [{"id": "C9", "name": "F7"}],
    }
    found = read("slack", files, None)
    assert found.column("group", "group") == ["C1"]
    assert sum(n for _, why, n in found.losses if why == OF_FILE) == 2


POST = {"team": "t", "channel": "c", "create_at": 1704103200000}


def test_a_webhook_that_brings_people_over_is_those_people(put):
    """Two of matterbridge's writers were one bot."""
    lines = [{"type": "version", "version": 1}]
    for n, name in enumerate(["ann", "bob"] * 3):
        props = {"from_webhook": "true", "override_username": name}
        post = POST | {"user": "hook", "message": f"hi {n}", "props": props}
        post["create_at"] += n
        lines.append({"type": "post", "post": post})
    (found,) = inspect(put("\n".join(map(json.dumps, lines)), "e.jsonl"))
    assert (found.messages, found.speakers, found.bots) == (6, 2, 0)


def weflow(*said):
    """A WeChat group's file of WeFlow, with system lines and messages in turn."""
    messages = [
        {
            "createTime": 1704096000 + 3600 * n, "localType": 10000 if at else 1,
            "type": "系统消息" if at else "文本消息", "content": words, "isSend": 0,
            "senderUsername": "5@chatroom" if at else "wxid_a",
        }
        for n, (at, words) in enumerate(said)
    ]  # fmt: skip
    session = {"wxid": "5@chatroom", "type": "群聊"}
    return {"weflow": {"version": "5"}, "session": session, "messages": messages}


def test_a_group_that_talks_on_was_not_dissolved(read):
    """Nor is one left in which its exporter still reads."""
    said = ((0, "早"), (1, '群主"阿木"已解散该群聊'), (0, "还在"))
    found = read("weflow", weflow(*said))
    assert not any(found.column("group", "closed_kind"))


def test_notices_under_somebodys_name_are_nobodys_words(read):
    """A Turkish iPhone's file had lost its marks."""
    said = ("Bea sizi ekledi", "Mesajlar ve aramalar uçtan uca şifrelidir.", "selam")
    text = "".join(f"[5.05.2017 18:0{n}:12] Bea: {x}\n" for n, x in enumerate(said))
    found = read("whatsapp", text, "_chat.txt")
    assert found.column("message", "kind") == ["system", "system", "text"]


def test_a_notice_about_the_reader_in_the_groups_name_is_one(read):
    """An iPhone's file that lost its marks said that the group wrote."""
    lines = (
        "Club: Messages and calls are end-to-end encrypted.", "Club: Ann added you",
        "Ann: hi", "Bob: ho",
    )  # fmt: skip
    text = "".join(f"[13/01/24, 15:0{n}:00] {one}\n" for n, one in enumerate(lines))
    found = read("whatsapp", text, "_chat.txt")
    assert found.column("message", "kind") == ["system", "system", "text", "text"]
    assert found.column("event", "kind") == ["settings", "join"]


@pytest.mark.parametrize(
    ("ids", "people"), [(("0", "20001", "20002"), 2), (("0", "1", "2"), 3)]
)
def test_nought_among_long_ids_is_nobody(read, ids, people):
    """QQ and bots write 0 where nobody is the sender; a table may count from 0."""
    rows = "".join(f"2024-01-01 08:{n}0,{one},n{n},hi\n" for n, one in enumerate(ids))
    found = read("table", f"time,user_id,name,text\n{rows}", "g.csv")
    assert len({*found.column("message", "sender")} - {None}) == people


@pytest.mark.filterwarnings("ignore:Groups with a stretch")  # between the files
def test_rows_numbered_anew_in_every_file_are_other_messages(tmp_path):
    """Files of a group with rows numbered from one lost all but the first file's."""
    for part in range(3):
        rows = "".join(
            f"{n},2024-01-{5 * part + n:02d}T10:00:00Z,{who},hi {part},g\n"
            for n, who in enumerate("xyxyx", 1)
        )
        path = tmp_path / f"{part}.csv"
        path.write_text(f"id,time,sender,text,group\n{rows}", "utf-8")
    (tmp_path / "key").write_text("0" * 64)
    table = sq.clean(sq.read_messages(tmp_path, key=tmp_path / "key"))
    assert (len(table), table["group"].nunique()) == (15, 1)


DISCORD_CSV = """AuthorID,Author,Date,Content,Attachments,Reactions
"20001","ann","2024-01-01T10:00:00.0000000+00:00","hi","",""
"20001","ann","2024-01-02T10:00:00.0000000+00:00","","https://x.org/a.png","👍 (2)"
"20002","eve","2024-01-03T10:00:00.0000000+00:00","Joined the server.","",""
"20001","ann","2024-01-04T10:00:00.0000000+00:00","Pinned a message.","",""
"20002","eve","2024-01-05T10:00:00.0000000+00:00","Left the group.","",""
"20001","ann","2024-01-06T10:00:00.0000000+00:00","Joined the server. Hi all","",""
"456226577798135808","Deleted User#0000","2024-01-07T10:00:00.0000000+00:00","x","",""
"""


def test_notices_in_discords_csv_are_nobodys_words(read):
    """It has no types: who only joined had written, and files were empty texts."""
    found = read("table", DISCORD_CSV, "talk.csv")
    kinds = ["text", "file", "system", "system", "system", "text", "text"]
    assert found.column("message", "kind") == kinds
    assert {*found.column("message", "sender")} == {"20001", None}
    events = [("join", "20002"), ("pin", None), ("leave", "20002")]
    assert found.column("event", "kind", "subject") == events


def test_an_id_that_two_people_share_at_one_time_is_none(put):
    """Of two messages within a minute one was left."""
    rows = "".join(f"5,2024-01-01 08:00,{'AB'[n % 2]},hi\n" for n in range(4))
    path = put(f"id,time,sender,text\n{rows}", "g.csv")
    assert len(sq.clean(sq.read_messages(path, zone="UTC"))) == 4


@pytest.mark.parametrize("ids", ["7.32E+18", "7320000000000000000"])
def test_ids_that_a_spreadsheet_rounded_leave_all_messages(put, ids):
    """One of sixty messages was left."""
    rows = "".join(f"{ids},2024-01-01 08:{n}0,{'AB'[n % 2]},hi\n" for n in range(6))
    path = put(f"id,time,sender,text\n{rows}", "g.csv")
    (found,) = inspect(path)
    assert found.messages == len(sq.clean(sq.read_messages(path, zone="UTC"))) == 6
    assert {why for _, why, _ in found.doubts} & {ROUNDED, SHARED}


def test_what_keeps_ids_from_being_rounded_is_no_part_of_them(read):
    """Spreadsheets are told by an apostrophe or a formula that an id is text."""
    rows = (
        "'73200000000000001,a,2024-01-01,hi\n"
        '"=""73200000000000001""",a,2024-01-02,hi\n'
    )
    found = read("table", f"user_id,name,time,text\n{rows}", "g.csv")
    assert found.column("message", "sender") == ["73200000000000001"] * 2


@pytest.mark.parametrize("one", ["7.32E+18", "1,23E+17", "732120000000004000"])
def test_rounded_ids_of_senders_are_refused(put, one):
    """They would make one person of many."""
    rows = "".join(f'"{one}",n{n},2024-01-01 08:{n}0,hi\n' for n in range(4))
    path = put(f"user_id,name,time,text\n{rows}", "g.csv")
    (found,) = inspect_exports([path]).exports
    assert "a spreadsheet rounded" in found.error


def test_a_column_of_ids_counts_before_one_of_names(read):
    """Two people of one name are two."""
    rows = "".join(f"2024-01-01 08:{n}0,Ann,{n},hi\n" for n in range(3))
    found = read("table", f"time,author,author_id,text\n{rows}", "g.csv")
    assert found.column("message", "sender") == ["0", "1", "2"]


@pytest.mark.parametrize(
    "date", ["2024-01-01T10:00:00.248Z", "2024-01-01T18:00:00+08:00"]
)
@pytest.mark.parametrize(
    "form",
    ["chatlab", "weflow", "telegram", "table", "matrix", "mattermost", "transcript"],
)
def test_a_time_with_its_zone_is_a_time_in_any_reader(read, form, date):
    """Where one without is read, one with zone or fraction was refused."""
    files = {
        "chatlab": {
            "chatlab": {"version": "0.0.2"}, "meta": {"name": "g"},
            "messages": [{"sender": "a", "timestamp": date, "type": 0, "content": "x"}],
        },
        "weflow": weflow((0, "早")),
        "telegram": {
            "name": "g", "type": "private_group", "id": 1,
            "messages": [{"id": 1, "type": "message", "from_id": "user1", "text": "x",
                          "date": date}],
        },
        "table": f"time,sender,text\n{date},a,x\n",
        "matrix": matrix({"origin_server_ts": date}),
        "mattermost": '{"type": "version", "version": 1}\n' + json.dumps(
            {"type": "post", "post": POST | {"user": "a", "create_at": date}}
        ),
        "transcript": f"[{date}] a: x\n",
    }  # fmt: skip
    files["weflow"]["messages"][0]["createTime"] = date
    names = {"table": "g.csv", "mattermost": "e.jsonl", "transcript": "g.txt"}
    name = names.get(form, "result.json")
    (time,) = read(form, files[form], name).column("message", "time_us")
    assert time // 10**6 == 1704103200


@pytest.mark.parametrize(
    "line", ["[{}] <{}> hi", "{} {}: hi", "[{}] {}: hi", "{} <{}> hi", "[{}] {}： hi"]
)
def test_lines_of_time_and_name_are_a_transcript(read, line):
    """Without brackets all lines but the first were one person's words."""
    times = [f"2024-01-0{n} 08:00" for n in range(1, 5)]
    rows = [line.format(time, f"n{n % 2}") for n, time in enumerate(times)]
    found = read("transcript", "\n".join([*rows, "more", ""]), "talk.txt")
    assert found.recognised
    assert found.column("message", "sender") == ["name:n0", "name:n1"] * 2
    assert found.column("message", "text")[-1] == "hi\nmore"


def test_a_transcript_is_not_called_whatsapp(put):
    """Unless WhatsApp's own marks stand in it."""
    lines = "[2024-01-01 08:00:00] ann: hi\n[2024-01-01 08:01:00] bob: yes\nand no\n"
    (found,) = inspect(put(lines, "club.txt"))
    assert (found.form, found.messages) == ("transcript", 2)
    (swedish,) = inspect(put(lines.replace("ann: ", "ann: \u200e"), "_chat.txt"))
    assert swedish.form == "WhatsApp TXT"


def test_keys_of_unknown_json_are_named(put):
    """All but those that may be the name of somebody."""
    (found,) = inspect_exports(
        [put({"chats": 1, "张三": 2, "users": 3}, "a.json")]
    ).exports
    assert "JSON with the keys chats, users." in found.error
    assert "张三" not in found.error
    (listed,) = inspect_exports([put([{"id": 1, "张三": 2}], "b.json")]).exports
    assert "JSON with the keys id." in listed.error


def test_a_superset_of_known_columns_is_the_known_format(put):
    """chatlog_alpha puts one more before chatlog's six."""
    header = "MessageID,Time,SenderName,Sender,TalkerName,Talker,Content,More"
    rows = (
        '1,2024-01-01 08:00:00,,系统消息,G,5@chatroom,"""甲""邀请""乙""加入了群聊",\n'
    )
    (found,) = inspect(put(f"{header}\n{rows}", "a.csv"))
    assert (found.form, found.messages, found.events) == ("chatlog", 0, {"join": 1})


def weq(*said):
    """Facts, members and messages as WeQ writes them, each by elements."""
    meta = {"name": "读书会", "platform": "qq", "type": "group", "groupId": "55501"}
    members = [
        {"uid": f"u_{n}", "platformId": f"1000{n}", "accountName": f"甲{n}"}
        for n in range(3)
    ]
    messages = [
        {
            "msgId": str(73 + n), "msgSeq": str(n), "sendTime": 1704103200 + 60 * n,
            "senderUin": f"1000{n % 2}", "senderUid": f"u_{n % 2}",
            "senderName": f"甲{n % 2}", "elements": elements,
        }
        for n, elements in enumerate(said)
    ]  # fmt: skip
    return meta | {"exportedAt": 1719000000}, members, messages


@pytest.mark.parametrize("lines", [False, True])
def test_weqs_own_json_is_read(read, lines):
    """It was refused, though its elements say all that ChatLab's types say."""
    quoted = {"type": "reply", "data": {"origMsgId": "73", "origElements": []}}
    word = {"type": "text", "data": {"textContent": "好"}}
    meta, members, messages = weq(
        [word], [quoted, word], [{"type": "pic", "data": {"subType": 0}}],
        [{"type": "grayTipGroup", "data": {}}], [{"type": "unknown"}],
    )  # fmt: skip
    if lines:
        rows = [{"_type": "header", "meta": meta}]
        rows += [{"_type": "member", **one} for one in members] + messages
        text = "".join(json.dumps(row) + "\n" for row in rows)
    else:
        text = json.dumps({"meta": meta, "members": members, "messages": messages})
    found = read("chatlab", text, "g.jsonl" if lines else "g.json")
    assert found.recognised
    kinds = ["text", "reply", "image", "system", "other"]
    assert found.column("message", "kind") == kinds
    assert found.column("message", "sender", "reply_to")[1] == ("10001", "73")
    assert len(found.column("membership", "person")) == 3
    assert found.source.exported == {"55501": 1719000000 * 10**6}


def test_text_of_imessages_is_named(put):
    """It was called a copy of a QQ window."""
    text = "May 17, 2022  5:29:42 PM (Read by you after 1 hour)\n+15558675309\nhi\n\n"
    with pytest.raises(sq.ShequnError, match="iMessage"):
        sq.read_messages(put(text, "+15558675309.txt"))


def test_an_empty_text_beside_texts_is_nothing_written(put):
    """Inspection and run counted a null as a message that `clean` dropped."""
    _, _, said = weq([{"type": "text", "data": {"textContent": "好"}}])
    said = [
        {"sender": "u", "timestamp": one["sendTime"], "type": 0, "content": content}
        for one in said
        for content in ("a", None, "")
    ]
    export = {"chatlab": {"version": "0.0.2"}, "meta": {"name": "g"}, "messages": said}
    path = put(json.dumps(export), "g.json")
    (found,) = inspect(path)
    assert found.messages == len(sq.clean(sq.read_messages(path, zone="UTC"))) == 1


_NATIVE = (
    "·甲\n2026年9月5日 08:05\n[图片] 图片_1.jpg\n\n"
    "·乙\n2026年9月5日 下午 8:06\n第一行\n\n· 不是人\n\n"
    "·甲\n2026年9月14日 12:32\n好\n"
)


def test_what_wechat_itself_exports_is_read(read):
    """Selected messages, shared with another program: a ZIP with this text."""
    found = read("transcript", _NATIVE, "聊天记录.txt")
    assert found.recognised
    assert found.column("message", "kind", "sender", "text") == [
        ("image", "name:甲", None),
        ("text", "name:乙", "第一行\n\n· 不是人"),
        ("text", "name:甲", "好"),
    ]
    hours = [time // 3_600_000_000 % 24 for time in found.column("message", "time_us")]
    assert hours == [0, 12, 4]


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (("读书会的聊天.zip", "跑步的聊天.zip"), 2),
        (("a/读书会的聊天.zip", "b/读书会的聊天(1).zip"), 1),
        (("a.zip", "b.zip"), 2),
    ],
)
@pytest.mark.filterwarnings("ignore:Groups with a stretch")
def test_wechats_own_exports_are_groups_by_the_names_of_their_archives(
    tmp_path, names, groups
):
    """All texts have one name; without a name two are one only if they begin alike."""
    for month, name in enumerate(names, 1):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("聊天记录.txt", _NATIVE.replace("年9月", f"年{month}月"))
    (tmp_path / "key").write_text("0" * 64)
    table = sq.read_messages(tmp_path, key=tmp_path / "key", zone="Asia/Shanghai")
    assert (len(table), table["group"].nunique()) == (6, groups)
