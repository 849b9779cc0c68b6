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


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("<@U1> has joined the channel", "join"),
        ("<@U1|ann> has joined the group", "join"),
        ("<@U1> was added to <#C1|talk> by <@U2>", "join"),
        ("<@U1> has left the channel", "leave"),
        ("<@U1> was removed from <#C1> by <@U2>", "kick"),
        ('<@U1> has renamed the channel from "a" to "b"', "rename"),
        ("<@U1> set the channel topic: lunch", "topic"),
        ("<@U1> archived the channel", "archive"),
        ("<@U1> un-archived the channel", "settings"),
        ("<@U1> has joined the channel by invitation from <@U2>", "join"),
        ("<@U1> joined #general", "join"),
        ("has joined the channel", "join"),
        ("archived the channel", "archive"),
        ("un-archived the channel", "settings"),
        ("<@U1> was invited to <#C1> by <@U2>", "join"),
        ("<@U1> set the channel’s topic: lunch", "topic"),
        ("<@U1> made this channel private. Files stay.", "settings"),
        ("<@U1> started a huddle", "call"),
        ("A huddle started", "call"),
    ],
)
def test_slacks_own_words_are_nobodys_without_a_subtype(read, words, kind):
    """A fifth of a real log were such lines: silent members became writers."""
    said = [SAID | {"ts": "1700000000.000100", "text": words}]
    found = read("slack", {"C1/1.json": said}, None)
    assert found.column("message", "kind", "sender") == [("system", None)]
    assert found.column("event", "kind") == [kind]


@pytest.mark.parametrize(
    "words",
    [
        "<@U2> has joined the channel",  # told by somebody else
        "<@U1> has joined the channel, hasn't she?",
        "I have left the channel",
    ],
)
def test_what_people_say_of_joining_stays_theirs_in_slack(read, words):
    """Only Slack's whole line, in the person's own row, is Slack's."""
    said = [SAID | {"ts": "1700000000.000100", "text": words}]
    assert read("slack", {"C1/1.json": said}, None).column("message", "kind") == [
        "text"
    ]


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


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("eve joined the channel.", "join"),
        ("@eve has joined the channel.", "join"),
        ("eve was added to the channel by ann.", "join"),
        ("eve has left the channel", "leave"),
        ("eve was removed from the channel.", "kick"),
        ("ann updated the channel header from: a to: b", "topic"),
        ("ann archived the channel.", "archive"),
        ("eve 已加入到该频道。", "join"),
        ("eve 由 ann 邀请加入频道。", "join"),
        ("eve 已退出该频道。", "leave"),
        ("eve 已从频道移出。", "kick"),
        ("eve has been added to the channel by ann.", "join"),
        ("eve hat den Kanal betreten.", "join"),
        ("eve wurde aus dem Kanal entfernt.", "kick"),
        ("Der Kanal wurde durch ann archiviert.", "archive"),
        ("eve a quitté le canal.", "leave"),
        ("ann a mis à jour l'entête du canal en : a", "topic"),
        ("eve se unió al canal.", "join"),
        ("eve deixou o canal.", "leave"),
        ("eve покинул канал.", "leave"),
        ("eve は ann によってチャンネルに追加されました。", "join"),
        ("eve 已被 ann 加入頻道。", "join"),
        ("eve joined the channel as guest.", "join"),
        ("eve dołączył do tego kanału.", "join"),
        ("eve is door ann aan het kanaal toegevoegd.", "join"),
        ("eve ha lasciato il canale.", "leave"),
        ("eve kanala katıldı.", "join"),
        ("eve 가 채널을 떠났습니다.", "leave"),
        ("This channel has been converted to a Private Channel.", "settings"),
        ("zoe hat den Kanal betreten.", None),
        ("zoe joined the channel.", None),  # nobody of this server
        ("eve joined the channel and left", None),
    ],
)
def test_mattermosts_own_words_are_nobodys_without_a_type(read, words, kind):
    """Joins kept a dead channel alive."""
    lines = [
        {"type": "version", "version": 1},
        *({"type": "user", "user": {"username": name}} for name in ("ann", "eve")),
        {"type": "post", "post": POST | {"user": "ann", "message": words}},
    ]
    found = read("mattermost", "\n".join(map(json.dumps, lines)), "e.jsonl")
    assert found.column("message", "kind") == ["system" if kind else "text"]
    assert found.column("event", "kind") == ([kind] if kind else [])


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


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('群主"阿木"已解散该群聊', "dissolved"),
        ("群主阿木已解散该群聊", "dissolved"),
        ('你被"阿木"移出群聊', "exporter_left"),
        ("你已被移出群聊", "exporter_left"),
        ("該群聊已被解散", "dissolved"),
        ('群主"阿木"已解散該群組', "dissolved"),
        ('The group owner "Amu" disbanded this group chat', "dissolved"),
        ('"Amu" removed you from the group chat', "exporter_left"),
        ('你被"阿木"移出群組', "exporter_left"),
        ('"小北"已成為新群主', None),
        ('"小北" is the new group owner', None),
        ('"小北"已成为新群主', None),
        ("群主已恢复默认进群方式", None),
    ],
)
def test_a_group_of_wechat_ends_where_its_lines_say_so(read, line, kind):
    """The one certain end of a WeChat group was not seen."""
    found = read("weflow", weflow((0, "早"), (1, line)))
    assert "unrecognised" not in found.column("event", "kind")
    ends = [one for one in found.column("group", "closed_kind") if one]
    assert ends == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("line", "joined"),
    [
        ('"阿木"邀請"乙、丙"加入了群組', ["name:乙", "name:丙"]),
        ('"乙"透過掃描"阿木"分享的QR Code加入群組', ["name:乙"]),
        ('"乙"通過掃描"阿木"分享的二維碼加入群聊', ["name:乙"]),
    ],
)
def test_wechat_of_taiwan_and_hong_kong_tells_who_joined(read, line, joined):
    """Only the wordings of the mainland were known."""
    found = read("weflow", weflow((0, "早"), (1, line)))
    rows = found.column("event", "kind", "subject")
    assert rows == [("join", one) for one in joined]


def test_a_group_that_talks_on_was_not_dissolved(read):
    """Nor is one left in which its exporter still reads."""
    said = ((0, "早"), (1, '群主"阿木"已解散该群聊'), (0, "还在"))
    found = read("weflow", weflow(*said))
    assert not any(found.column("group", "closed_kind"))


@pytest.mark.parametrize(
    "words",
    [
        "Waiting for this message. This may take a while.",
        "Warte auf diese Nachricht. Das kann einen Moment dauern.",
        "Esperando este mensaje",
        "正在等待此消息。这可能需要一段时间。",
        "Ожидание данного сообщения. Это может занять некоторое время.",
        "** Unable to decrypt: DecryptionError **",
    ],
)
def test_words_of_a_program_that_could_not_decrypt_are_nobodys(read, words):
    """They were scored, and counted as English."""
    text = f"1/13/24, 15:04 - Ann: {words}\n13/1/24, 15:05 - Bob: hi\n"
    found = read("whatsapp", text.replace("1/13", "13/1"), "WhatsApp Chat with W.txt")
    assert found.column("message", "kind", "text", "chars")[0] == ("other", None, 0)
    assert ("note", UNDELIVERED, 1) in found.losses


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("image omitted", "image"), ("immagine omessa", "image"),
        ("Sticker weggelassen", "sticker"), ("<attached: 00000012-PHOTO.jpg>", "image"),
    ],
)  # fmt: skip
def test_a_picture_at_the_start_makes_nobody_a_group(read, words, kind):
    """Its sender was taken for the group, and all their pictures for notices."""
    text = (
        f"[13/01/24, 15:00:00] Ann: \u200e{words}\n"
        f"[13/01/24, 15:01:00] Ann: \u200e{words}\n[13/01/24, 15:02:00] Bob: hi\n"
    )
    found = read("whatsapp", text, "_chat.txt")
    assert found.column("message", "kind") == [kind, kind, "text"]


QQ_HEAD = (
    "消息记录（此消息记录为文本格式，不支持重新导入）\n\n"
    f"{'=' * 64}\n消息分组:我的群\n{'=' * 64}\n消息对象:读书群\n{'=' * 64}\n\n"
)


@pytest.mark.parametrize(
    ("words", "kind", "text"),
    [
        ("[语音通话]", "call", None), ("[合并转发]", "forward", None),
        ("[群投票]", "poll", None), ("[红包] 新年好", "red_packet", "新年好"),
        ("[QQ红包]请使用新版手机QQ查收红包。", "red_packet", None),
        ("请使用最新版手机QQ体验新功能", "other", None),
        ("[图片] 看这里", "text", "[图片] 看这里"), ("[微笑]", "text", "[微笑]"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["qq", "transcript"])
def test_acts_in_brackets_are_no_words(read, form, words, kind, text):
    """Calls, shares and polls were texts of four signs."""
    told = {
        "qq": f"{QQ_HEAD}2024-01-01 08:00:00 阿木(100200)\n{words}\n\n",
        "transcript": f"[2024-01-01 08:00] 阿木: {words}\n",
    }
    found = read(form, told[form], "g.txt")
    assert found.column("message", "kind", "text") == [(kind, text)]


@pytest.mark.parametrize(
    "words", ["<媒体文件已省略>", "<メディアは含まれていません>", "null"]
)
def test_words_for_media_are_nobodys_in_any_language(read, words):
    """They were texts, or scored as some."""
    text = f"13/1/24, 15:04 - Ann: {words}\n13/1/24, 15:05 - Bob: hi\n"
    found = read("whatsapp", text, "WhatsApp Chat with W.txt")
    assert found.column("message", "kind", "chars")[0] == ("other", 0)


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
    "words",
    ["Missed voice call", "Missed video call at 10:05", "Voice call, 5 min",
     "Video call. No answer", "语音通话，5 分钟", "通话时长 05:12", "未接语音通话",
     "Verpasster Videoanruf", "مكالمة صوتية فائتة", "Gemist videogesprek"],
)  # fmt: skip
def test_a_missed_call_is_an_act_without_words(read, words):
    """Who called has acted."""
    text = f"13/1/24, 15:04 - Ann: {words}\n13/1/24, 15:05 - Bob: hi\n"
    found = read("whatsapp", text, "WhatsApp Chat with W.txt")
    assert found.column("message", "kind", "text")[0] == ("call", None)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Standort: https://maps.google.com/?q=52.5,13.4", "location"),
        ("Localisation : https://maps.google.com/?q=1,2", "location"),
        ("Café (Rue 1): https://foursquare.com/v/4b5", "location"),
        ("ENQUETE:\nAmanhã?\nOPÇÃO: sim (1 voto)\nOPÇÃO: não (0 votos)", "poll"),
        ("see https://maps.google.com/?q=1,2", "text"),
        ("TODO:\nmilk (2 litres)", "text"),
        ("Missed call. Sorry, I was driving", "text"),
        ("Voice call, then lunch?", "text"),
    ],
)
def test_acts_and_placeholders_of_whatsapp_in_any_language(read, words, kind):
    """Places and polls were known in English only."""
    text = f"13/1/24, 15:04 - Ann: {words}\n13/1/24, 15:05 - Bob: hi\n"
    found = read("whatsapp", text, "WhatsApp Chat with W.txt")
    assert found.column("message", "kind")[0] == kind


@pytest.mark.parametrize(
    "word",
    ["NA", "NULL", "None", "nan", "N/A", "-", "Deleted User", "未知", "[系统消息]",
     "(null)", "WhatsApp System Message", "Deleted User#0000", "group_notification"],
)  # fmt: skip
def test_words_for_nobody_are_no_people_in_a_table(read, word):
    """R writes NA where nobody is the author: in capitals, and Na is a name."""
    names = ("A", "Na", "Nana", "シ", word)
    rows = "".join(f"2024-01-0{n} 08:00,{one},hi\n" for n, one in enumerate(names, 1))
    found = read("table", f"time,author,text\n{rows}", "g.csv")
    assert found.column("message", "sender") == [*names[:4], None]


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


@pytest.mark.parametrize(
    ("row", "messages", "kind"),
    [
        ("系统消息,“甲”邀请“丁”加入了群聊", 2, "join"),
        ("system,丁 加入了本群。", 2, "join"),
        (",群主已解散该群聊", 2, "close"),
        ("系统消息,以下为新消息", 2, "unrecognised"),
        ("NA,大家好", 3, None),
        ("甲,群主已解散该群聊", 3, None),
    ],
)
def test_lines_of_the_app_in_a_table_are_no_messages(put, row, messages, kind):
    """A table without types has them in rows without a person."""
    rows = f"2024-01-01 08:00,甲,hi\n2024-01-02 08:00,乙,hi\n2024-01-03 08:00,{row}\n"
    (found,) = inspect(put(f"时间,发送者,内容\n{rows}", "g.csv"))
    assert (found.messages, found.speakers) == (messages, 2)
    assert found.events == ({kind: 1} if kind else {})


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


@pytest.mark.parametrize(
    "header",
    [
        "发言时间;发言者;聊天内容", "日時;送信者;本文", "날짜;보낸 사람;내용",
        "Дата;Отправитель;Сообщение", "傳送時間;傳送者;訊息內容", "ts;名前;メッセージ",
        "Data;Remetente;Mensagem", "Horodatage;Expéditeur;Message",
        "time(Asia/Shanghai);from_nickname;content",
        "Date (UTC);Author-Name;Message Text",
        "Chat export\n\nФамилия: x;2024-03-01\nВремя;Имя;Текст",
        "聊天记录导出;;\n导出时间：2024-03-01;;\n;;\n时间;发送者;内容",
    ],
)  # fmt: skip
def test_columns_are_known_in_other_languages(read, header):
    """Only English, German and some Chinese names were."""
    rows = "".join(f"2024-01-0{n} 08:00;n{n % 2};hi\n" for n in range(1, 5))
    encoding = "gb18030" if "发" in header else "utf-8"
    found = read("table", f"{header}\n{rows}".encode(encoding, "replace"), "g.csv")
    assert found.recognised
    assert (
        found.column("message", "kind", "sender")
        == [("text", "n1"), ("text", "n0")] * 2
    )


@pytest.mark.parametrize(
    "time",
    ["2024-01-02 10:00:00 UTC", "2024-01-02 18:00:00 +0800", "20240102T100000Z",
     "Tue, 02 Jan 2024 10:00:00 +0000", "Tue Jan 02 10:00:00 +0000 2024",
     "２０２４-０１-０２T１０：００：００Z", "2024-01-02T10:00:00.123456789Z"],
)  # fmt: skip
def test_an_instant_is_one_however_it_is_spelled(read, time):
    """Programs write zones apart, names of months, or full-width digits."""
    found = read("table", f"time;sender;text\n{time};a;x\n", "g.csv")
    (time_us,) = found.column("message", "time_us")
    assert time_us // 10**6 == 1704189600


@pytest.mark.parametrize(
    "time",
    ["2024年1月2日 星期二 上午10:00:00", "2024. 1. 2. 오전 10:00", "45293.416666667",
     "2024/01/02(火) 午前10:00", "02.01.2024 10:00 Uhr"],
)  # fmt: skip
def test_a_local_time_is_one_however_it_is_spelled(put, time):
    """Spaced dots, weekdays, halves of the day, a spreadsheet's days were no times."""
    path = put(f"time;sender;text\n{time};a;x\n", "g.csv")
    table = sq.read_messages(path, zone="Asia/Shanghai", date_order="dmy")
    assert str(table["time"][0]) == "2024-01-02 10:00:00+08:00"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("time", 1704160800), ("time (UTC)", 1704189600), ("time_utc", 1704189600)],
)
@pytest.mark.parametrize("time", ["02-Jan-24 10:00 AM", "January 2, 2024 at 10:00"])
def test_local_times_are_of_the_zone_that_their_column_names(
    read, header, seconds, time
):
    """Else of the zone that the user says, here Shanghai's."""
    found = read("table", f"{header};sender;text\n{time};a;x\n", "g.csv")
    assert found.column("message", "time_us") == [seconds * 10**6]


@pytest.mark.parametrize(
    ("word", "kind"),
    [("图片", "image"), ("系统消息", "system"), ("10000", "system"),
     ("Picture", "image"), ("Activity/AddMember", "system"), ("user_added", "system")],
)  # fmt: skip
def test_a_column_of_types_tells_what_a_row_is(read, word, kind):
    """A line of the system in a person's row was their message."""
    found = read("table", f"时间,发送者,类型,内容\n2024-01-01,甲,{word},x\n", "g.csv")
    who = None if kind == "system" else "甲"
    assert found.column("message", "kind", "sender") == [(kind, who)]


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


@pytest.mark.parametrize(
    "column",
    ["发送者QQ", "发送者ID", "sender_id", "user_id", "userid", "AuthorID", "speaker"],
)
def test_who_sent_a_message_is_known_by_any_usual_column(read, column):
    """The ids of WeQ and others were of no known name."""
    rows = "".join(f"2024-01-01 08:{n}0,{200 + n % 3},hi\n" for n in range(6))
    found = read("table", f"时间,{column},内容\n{rows}", "g.csv")
    assert found.recognised
    assert found.column("message", "sender") == ["200", "201", "202"] * 2


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
