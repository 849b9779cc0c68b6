"""A folder of every format, whose messages quote every other one, is read whole."""

from __future__ import annotations

import pytest

from helpers.formats.inspect import inspect
from helpers.formats.reading.source import Options
from helpers.study.own.run import Plan, studied
from helpers.study.store.discovery import exports_in, exports_of
from helpers.study.store.ingest import Terms
from helpers.study.store.lock import locked
from helpers.validation.export_writers import (
    WRITERS,
    Change,
    Community,
    Person,
    Post,
    options_of,
)

DAY_US = 86_400 * 10**6
START = 1_700_000_000 * 10**6
POSTS = 12
TRAPS = (
    "5/1/24, 15:04 - a: b",
    "[5/1/24, 15:04:05] a: b",
    "消息记录（此消息记录为文本格式，不支持重新导入）",
    '"甲"邀请"乙"加入了群聊',
    "Bob left",
    '{"messages": [{"role": "user", "content": "x"}]}',
    "time,sender,text",
    "<!DOCTYPE html>",
    "撤回了一条消息",
    "I added milk",
)
NAMES = [name for name in sorted(WRITERS) if options_of(WRITERS[name]) is None]


def community(number):
    """A group of three, a post a day, each of which quotes some tool; one joins."""
    people = tuple(
        Person(f"{20_000 + 10 * number + n}", f"{name}{number}")
        for n, name in enumerate(("阿甲", "阿乙", "阿丙"))
    )
    posts = [
        Post(
            id=f"{90_000 + 100 * number + n}", time_us=START + n * DAY_US,
            sender=people[n % 2].id, text=f"第{n}条 {TRAPS[(n + number) % len(TRAPS)]}",
        )
        for n in range(POSTS)
    ]  # fmt: skip
    joined = Change(
        time_us=START + POSTS * DAY_US, kind="join",
        actor=people[0].id, subjects=(people[2].id,),
    )  # fmt: skip
    return Community(
        id=f"{700_000 + number}", name=f"读书群{number}", people=people,
        owner=people[0].id, members=tuple(one.id for one in people),
        happenings=(*posts, joined),
    )  # fmt: skip


def planted(folder, groups):
    """Write so many groups, each in its own folder, format after format."""
    forms = [NAMES[number % len(NAMES)] for number in range(groups)]
    for number, form in enumerate(forms):
        place = folder / f"{number:03d}"
        place.mkdir(parents=True)
        WRITERS[form].write(community(number), place)
    return forms


def read_whole(tmp_path, monkeypatch, groups):
    """Every group, message and join is there as planted, and nothing left aside."""
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path / "config"))
    forms = planted(tmp_path / "in", groups)
    out = tmp_path / "out"
    with locked(out):
        study, refused = studied(
            Plan(exports=[tmp_path / "in"], out=out, terms=Terms(options=Options()))
        )
    assert [str(one)[-90:] for one in refused] == []
    assert len(study.table("groups")) == groups
    assert set(study.table("groups")["messages"]) == {POSTS}
    tell = [form for form in forms if "joins" in WRITERS[form].CARRIES]
    joins = study.table("events")["kind"].eq("join").sum()
    assert joins == len(tell)


def test_a_mixed_folder_of_every_format_is_read_whole(tmp_path, monkeypatch):
    """Traps in the texts change no format, no message and no join."""
    read_whole(tmp_path, monkeypatch, 2 * len(NAMES))


def test_inspect_finds_in_a_mixed_folder_what_a_run_reads(tmp_path):
    """As many exports, each whole, with the messages that were planted."""
    forms = planted(tmp_path, len(NAMES))
    report = inspect(exports_of([tmp_path]))
    assert report.whole
    assert len(report.exports) == len(exports_in([tmp_path]).exports) == len(forms)
    assert {found.messages for found in report.exports} == {POSTS}


@pytest.mark.long
def test_three_hundred_mixed_groups_are_read_whole(tmp_path, monkeypatch):
    """The same, as many as people who run groups have."""
    read_whole(tmp_path, monkeypatch, 300)
