"""`shequn run` gets to the end of its tables whatever an export holds."""

import json
import random

import pytest

from helpers.errors import ShequnError, UnforeseenError
from helpers.files import lock_folder
from helpers.formats import FORMATS
from helpers.formats.reading.source import Options
from helpers.formats.rows.times import UNTIMED
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.store.ingest import Terms
from pipeline.validation.damage import corrupt_file
from pipeline.validation.export_writers import WRITERS, Change
from tests.communities import MANY, talk

TOGETHER = 100  # damaged exports in one run


def tables(exports, out, options=None):
    """Go as far as the tables; return the study and what was refused."""
    with lock_folder(out):
        return make_study(
            Plan(exports=exports, out=out, terms=Terms(options=options or Options()))
        )


BEYOND = "9" * 400  # no number of a computer
ROWS = f"""time,sender,text,group
2024-01-05 10:00:00,ann,hi,g
,bob,an empty cell,g
2024-02-31 10:00,bob,no such day,g
31/02/2024 10:00,bob,no such day,g
2567-01-05 10:00:00,bob,a Buddhist year,g
{BEYOND},bob,days since 1900,g
yesterday,bob,a relative day,g
2024-01-06 10:00:00,bob,hi,g
"""


def test_rows_without_a_time_are_counted_as_losses(tmp_path):
    """None of them is a message of 1970, and the ledger has all of them."""
    path = tmp_path / "t.csv"
    path.write_text(ROWS, encoding="utf-8")
    study, _ = tables([path], tmp_path / "out")
    assert (study.ledger.kept[""], study.ledger.set_aside[UNTIMED]) == (2, 6)
    assert study.table("daily")["day"].min() > 19_000


def test_unforeseen_error_loses_only_one_export(tmp_path, monkeypatch):
    """It is told by its kind and place, without a word of the export."""
    good, bad = tmp_path / "t.csv", tmp_path / "w.txt"
    good.write_text(ROWS, encoding="utf-8")
    bad.write_text("13/04/2024, 10:00 - Zebulon: hello\n", encoding="utf-8")

    def fail(_):
        raise KeyError("Zebulon")

    monkeypatch.setattr(FORMATS["whatsapp"], "read", fail)
    study, (refused,) = tables([good, bad], tmp_path / "out")
    assert study.ledger.kept[""] == 2
    assert isinstance(refused, UnforeseenError)
    assert "KeyError" in str(refused)
    assert "Zebulon" not in str(refused)


def test_unread_exports_are_counted_in_ledger_and_gaps(tmp_path):
    """How many of how many, and why."""
    (tmp_path / "in").mkdir()
    for name, text in (
        ("t.csv", ROWS), ("note.txt", "nothing\n"), ("empty.txt", ""),
        ("w.txt", "03/04/2024, 10:00 - Ann: hi\n"),
    ):  # fmt: skip
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    study, refused = tables([tmp_path / "in"], tmp_path / "out")
    unread = [one for one in study.ledger.entries if one.step == "export not read"]
    assert (sum(one.rows for one in unread), len(refused)) == (3, 3)
    said = study.manifest.gaps[0]
    assert said.startswith("exports not read: 3 of 4; ")
    assert all(f"{one.rows} {one.reason}" in said for one in unread)


def test_private_chats_are_counted_in_the_ledger(tmp_path):
    """A private chat beside a group: its messages are set aside, and said to be."""
    (tmp_path / "t.csv").write_text(ROWS, encoding="utf-8")
    said = {"id": 1, "type": "message", "date_unixtime": "1704412800",
            "from": "Ann", "from_id": "user1", "text": "hi"}  # fmt: skip
    chat = {"name": "Ann", "type": "personal_chat", "id": 7, "messages": [said]}
    (tmp_path / "result.json").write_text(json.dumps(chat), encoding="utf-8")
    exports = [tmp_path / "t.csv", tmp_path / "result.json"]
    study, _ = tables(exports, tmp_path / "out")
    assert study.ledger.set_aside["of private chats"] == 1
    assert len(study.table("groups")) == 1
    assert "private chats are no groups and are left out: 1" in study.manifest.gaps
    with pytest.raises(ShequnError, match="only private chats"):
        tables(exports[1:], tmp_path / "alone")
    asked, _ = tables(exports[1:], tmp_path / "asked", Options(include=("private",)))
    assert len(asked.table("groups")) == 1


@pytest.mark.parametrize(("sender", "groups"), [("", [2, 2]), ("ann", [1, 1, 2])])
def test_rows_without_a_sender_or_a_group_do_not_stop_a_run(tmp_path, sender, groups):
    """A cell left empty; what nobody wrote is of the only group that is told."""
    for nth, group in enumerate(("", "g")):
        rows = f"time,sender,text,group\n2024-01-05 10:00:00,{sender},hi,{group}\n"
        path = tmp_path / f"t{nth}.csv"
        other = f"2024-01-06 10:00:00,,ho,{group or 'h'}\n"
        path.write_text(rows + other, encoding="utf-8")
    study, _ = tables([*tmp_path.glob("t?.csv")], tmp_path / "out")
    assert sorted(study.table("groups")["messages"]) == groups


def test_group_without_any_message_does_not_stop_a_run(tmp_path):
    """Found by damage: a list of members is all that is left of the export."""
    (tmp_path / "t.csv").write_text(ROWS, encoding="utf-8")
    about = {"name": "g", "platform": "qq", "type": "group", "groupId": "7"}
    made = {"version": "0.0.2", "exportedAt": 1_704_500_000}
    head = {"_type": "header", "chatlab": made, "meta": about}
    owner = {"_type": "member", "platformId": "1", "accountName": "Ann",
             "roles": [{"id": "owner"}]}  # fmt: skip
    lines = "".join(json.dumps(one) + "\n" for one in (head, owner))
    (tmp_path / "g.jsonl").write_text(lines, encoding="utf-8")
    exports = [tmp_path / "t.csv", tmp_path / "g.jsonl"]
    study, refused = tables(exports, tmp_path / "out")
    assert not refused
    assert len(study.table("groups")) == 2


def community(number):
    """Three people, ten posts over as many days, a join, a kick and a new name."""
    start, first = 1_700_000_000 + 86_400 * number, 9000 + 10 * number  # no broadcast
    changes = [
        Change(time_us=(start + n * 86_400) * 10**6, kind=kind, actor="10001",
               subjects=("10002",) * (kind != "rename"),
               value="新" if kind == "rename" else None)
        for n, kind in enumerate(("join", "kick", "rename"), 10)
    ]  # fmt: skip
    return talk(
        "甲乙丙", 10, start=start, every=86_400, first=first, changes=changes,
        more=lambda n: {
            "reply_to": f"{first - 1 + n}" if n % 4 == 3 else None,
            "reactions": (("10003", "👍"),) * (n % 6 == 0), "readers": ("10001",),
        },
        id=f"{700 + number}", name=f"群{number}",
    )  # fmt: skip


def damage(name, number, place):
    """Write a group's export and damage one of its files."""
    place.mkdir(parents=True)
    path = WRITERS[name].write(community(number), place)
    files = [one for one in [path, *path.rglob("*")] if one.is_file()]
    random_ = random.Random(f"{name} {number}")  # noqa: S311  no secret
    victim = random_.choice(sorted(files))
    victim.write_bytes(corrupt_file(victim.read_bytes(), victim.name, random_))


def stopped(exports, out, options=None):
    """Run on damaged exports; say why it came to no tables, if it didn't."""
    why = None
    try:
        _, refused = tables([exports], out, options)
    except ShequnError as error:
        why, refused = str(error), (error,)
    assert not [str(one) for one in refused if isinstance(one, UnforeseenError)]
    return why


def test_damaged_exports_are_read_or_refused_without_a_crash(tmp_path):
    """A bounded share in every run: two of each format in one folder."""
    for number, name in enumerate(sorted(WRITERS) * 2):
        if WRITERS[name].options is None:
            damage(name, number, tmp_path / "in" / str(number))
    assert stopped(tmp_path / "in", tmp_path / "out") is None


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(WRITERS))
def test_many_damaged_exports_are_read_without_a_crash(name, tmp_path):
    """The same, at length, so many together that some are whole enough."""
    for start in range(0, MANY, TOGETHER):
        exports = tmp_path / f"in{start}"
        for number in range(start, start + TOGETHER):
            damage(name, number, exports / str(number))
        out = tmp_path / f"out{start}"
        assert stopped(exports, out, WRITERS[name].options) is None
