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
    ROUNDED,
    SHARED,
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


@pytest.mark.parametrize("one", ["7.32E+18", "1,23E+17", "732120000000004000"])
def test_rounded_ids_of_senders_are_refused(put, one):
    """They would make one person of many."""
    rows = "".join(f'"{one}",n{n},2024-01-01 08:{n}0,hi\n' for n in range(4))
    path = put(f"user_id,name,time,text\n{rows}", "g.csv")
    (found,) = inspect_exports([path]).exports
    assert "a spreadsheet rounded" in found.error


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


def test_an_empty_text_beside_texts_is_nothing_written(put):
    """Inspection and run counted a null as a message that `clean` dropped."""
    said = [
        {"sender": "u", "timestamp": 1704103200, "type": 0, "content": content}
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
