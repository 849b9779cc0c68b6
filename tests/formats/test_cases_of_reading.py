"""What stood wrongly without a word is right on every surface that takes the input."""

import json

import pytest

from helpers.derive.inspect import inspect_exports
from helpers.formats.reading.source import Options
from helpers.formats.rows.losses import BY_NAMES
from helpers.own_groups.people import read_member_list
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.store.discovery import list_candidates

ZONE = "Asia/Shanghai"
WHO = ("Ann", "Bea", "Cyd")


def inspect(path):
    """Return what inspection counts of all exports at a path."""
    report = inspect_exports(list_candidates([path]), Options(zone=ZONE))
    read = [one for one in report.exports if one.form is not None]
    assert not [one.error for one in read if one.error]
    wrote = max(one.speakers for one in read)
    return report, (report.groups, report.messages, wrote)


def write_lines(days, line):
    """Return a line a day, of three people in turn."""
    rows = (line.format(day=day, who=WHO[day % 3], n=day) for day in days)
    return "".join(rows)


LINES = {  # a chat of twenty days of three people, by what is odd in it
    "WhatsApp Chat with G.txt": write_lines(
        range(20, 0, -1), "{day:02d}/03/2024, 08:00 - {who}: words {n}\n"
    ),
    "_chat.txt": write_lines(
        range(1, 21), "[{day:02d}/03/2024, 08:00:00] {who}：好{n}\n"
    ),
    "newest.txt": write_lines(
        range(20, 0, -1), "2024-03-{day:02d} 08:00:00 {who}\nwords {n}\n\n"
    ),
    "irc.log": "[2024-03-01 07:00:00] -!- Cyd [~c@host] has joined #garden\n"
    + write_lines(range(1, 21), "[2024-03-{day:02d} 08:00:00] <@{who}> words {n}\n")
    + "[2024-03-21 09:00:00] -!- Cyd [~c@host] has quit [timeout]\n",
    "head.txt": "Chat export\nGroup: Garden (123456)\nMessages: 20\n-----\n\n"
    + write_lines(range(1, 21), "[2024-03-{day:02d} 08:00:00] {who}: words {n}\n")
    + "[2024-03-21 09:00:00] System: Dot joined\n\n-----\n21 messages exported\n",
}


@pytest.mark.parametrize("name", LINES)
def test_lines_of_each_kind_are_twenty_messages_of_three(put, name):
    """Another program's input of the same kind as a shared case."""
    report, counts = inspect(put(LINES[name], name))
    assert counts == (1, 20, 3)
    (one,) = report.exports
    assert one.period[0] == "2024-03-01"
    assert "messages" not in "".join(reason for _, reason, _ in one.doubts)


@pytest.mark.parametrize(
    "head",
    ["", "Group,Garden\nMembers,4\n", "Garden\n\n"],
    ids=["bare", "facts", "title"],
)
@pytest.mark.parametrize(
    ("column", "words"),
    [("Status", ("Admin", "", "Deactivated")), ("is_robot", ("0", "false", "1")),
     ("在群", ("是", "", "否")), ("角色", ("群主", "成员", "机器人"))],
)  # fmt: skip
def test_a_row_that_says_so_is_no_member(put, head, column, words):
    """Bots and people who left are not listed; facts above the header are none."""
    rows = zip(WHO, words, strict=True)
    text = f"{head}name,{column}\n" + "".join(f"{who},{word}\n" for who, word in rows)
    members = read_member_list(put(text, "members.csv"))
    assert members["handle"].tolist() == ["Ann", "Bea"]
    assert members.attrs["others"] == 1


def telegram(number, kind, days, **move):
    """Return an export of a group, which moved or came by a move on a day."""
    said = {"type": "message", "from_id": "user1", "from": "Ann", "text": "words"}
    rows = [said | {"id": n, "date_unixtime": f"{n * 86400}"} for n in days]
    notice = {"id": 9999, "type": "service", "actor": "Ann", "actor_id": "user1"}
    rows.append(notice | move | {"date_unixtime": f"{19800 * 86400}"})
    export = {"name": "Garden", "type": kind, "id": number, "messages": rows}
    return json.dumps(export)


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_a_group_that_became_a_supergroup_is_one_life(put, tmp_path, order):
    """Two exports of it, in whichever order they are found, are one group."""
    old = telegram(
        1, "private_group", range(19770, 19800), action="migrate_to_supergroup"
    )
    new = telegram(
        2, "private_supergroup", range(19801, 19830),
        action="migrate_from_group", title="Garden",
    )  # fmt: skip
    for folder, text in zip(order, (old, new), strict=True):
        put(text, f"in/{folder}/result.json")
    study, _ = make_study(Plan(exports=[tmp_path / "in"], out=tmp_path / "out"))
    table = study.table("groups")
    assert (len(table), table["messages"].sum()) == (1, 59)
    assert table["closed_us"].isna().all()


@pytest.mark.parametrize("line", ["[{}] {}: {}\n", "{} {}\n{}\n\n"])
def test_what_nobody_known_wrote_is_a_message_of_nobody(put, line):
    """An unknown sender is no person, and the words are no notice."""
    rows = (
        line.format(
            f"2024-03-{day:02d} 08:00:00", ("小林", "阿宁", "未知")[day % 3], "好"
        )
        for day in range(1, 22)
    )
    assert inspect(put("".join(rows), "群.txt"))[1] == (1, 21, 2)


def test_an_odd_row_does_not_decide_which_column_is_the_time(put):
    """Work apps log switches of accounts between messages, and chats of two."""
    said = {"action": "send", "tolist": ["dot"], "msgtype": "text"}
    rows = []
    for n in range(24):
        one = {"msgid": f"m{n}", "from": WHO[n % 3], "roomid": "room" * (n < 20)}
        one |= {"msgtime": (1709251200 + n * 86400) * 1000}
        rows.append(said | one | {"text": {"content": f"words {n}"}})
    switch = {"msgid": "s", "action": "switch", "user": "Ann"}
    rows.append(switch | {"time": 1709251200000})
    text = "\n".join(map(json.dumps, rows))
    report, counts = inspect(put(text, "chatdata.jsonl"))
    assert counts == (1, 20, 3)
    assert report.exports[0].others == {"direct": 1}
    assert report.exports[0].doubts == (("note", BY_NAMES, 1),)
