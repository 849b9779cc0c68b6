"""A folder of every format, whose messages quote every other one, is read whole."""

from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import helpers as sq
from helpers.derive.inspect import inspect_exports
from helpers.files import lock_folder
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.records import DAY_US, EPOCH, SECOND_US
from helpers.store.discovery import list_candidates, list_exports
from helpers.store.ingest import Terms
from pipeline.validation.export_writers import (
    WRITERS,
    Change,
    Community,
    Person,
    Post,
    table,
)

START = 1_700_000_000 * SECOND_US
# soon after the last post of those that live
EXPORTED_US = START + 330 * DAY_US  # by the formats that state it, and the user
EXPORTED = EPOCH + timedelta(EXPORTED_US // DAY_US)
EVERY_DAYS, SHORT, LONG = 2, 36, 150  # a post each other day; posts of a life
POSTERS = 5
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
NAMES, PARQUET = sorted(WRITERS), "table_parquet"


def community(number, posts):
    """A group of six, a post each other day, which quotes some tool; one joins."""
    people = tuple(
        Person(f"{20_000 + 10 * number + n}", f"阿{name}{number}")
        for n, name in enumerate("甲乙丙丁戊己")
    )
    born = START + number % 30 * DAY_US + number * 61 * SECOND_US  # none in step
    said = [
        Post(
            id=f"{90_000 + 1000 * number + n}", time_us=born + n * EVERY_DAYS * DAY_US,
            sender=people[n % 5].id, text=f"第{n}条 {TRAPS[(n + number) % len(TRAPS)]}",
        )
        for n in range(posts)
    ]  # fmt: skip
    joined = Change(
        time_us=said[-1].time_us + SECOND_US, kind="join",
        actor=people[0].id, subjects=(people[5].id,),
    )  # fmt: skip
    return Community(
        id=f"{700_000 + number}", name=f"读书群{number}", people=people,
        owner=people[0].id, members=tuple(one.id for one in people),
        happenings=(*said, joined), exported_us=EXPORTED_US,
    )  # fmt: skip


def planted(folder, groups, share):
    """Write so many groups, each in its own folder; return formats and their posts.

    Of every ten, `share` fall silent within a hundred days, the others write on.
    """
    forms = [NAMES[number % len(NAMES)] for number in range(groups)]
    posts = [
        6 + number % SHORT if number * 7 % 10 < 10 * share else LONG - number % 3
        for number in range(groups)
    ]
    for number, (form, many) in enumerate(zip(forms, posts, strict=True)):
        place = folder / f"{number:03d}"
        place.mkdir(parents=True)
        write(form, community(number, many), place)
    return forms, posts


def write(form, told, place):
    """Write an export; a table's columns are called as the other tables' are."""
    if form == PARQUET:
        pq.write_table(
            pa.Table.from_pylist(table.build_rows(told)), place / "m.parquet"
        )
    else:
        WRITERS[form].write(told, place)


def read_whole(tmp_path, groups, share):
    """Return the study; each group has its messages, posters and joins, none aside."""
    forms, posts = planted(tmp_path / "in", groups, share)
    out = tmp_path / "out"
    with lock_folder(out):
        terms = Terms(exported=EXPORTED)  # of those that state no day
        plan = Plan(exports=[tmp_path / "in"], out=out, terms=terms)
        study, refused = make_study(plan)
    assert [str(one)[-90:] for one in refused] == []
    joins = ["joins" in WRITERS[form].carries for form in forms]
    assert told(study) == sorted(zip(posts, [POSTERS] * groups, joins, strict=True))
    return study, sum(many < LONG - 3 for many in posts) / groups


def told(study):
    """Return messages, posters and joins of every group."""
    groups, events = study.table("groups"), study.table("events")
    came = events.loc[events["kind"] == "join", "group"].value_counts()
    people = study.table("members")["group"].value_counts()
    each = groups["group"].map(people), groups["group"].map(came).fillna(0)
    return sorted(zip(groups["messages"], *each, strict=True))


def judged(study, truth):
    """Hold the share that died within 105 days to the truth."""
    found = sq.silence(study).curve().interval(105)
    dead = 1 - sq.silence(study).curve().at(105)
    assert dead == pytest.approx(truth, abs=0.02)
    assert 1 - found.high <= truth <= 1 - found.low


@pytest.mark.parametrize("share", [0.7, pytest.param(0.2, marks=pytest.mark.long)])
def test_mixed_folder_of_every_format_gives_the_simulated_share(tmp_path, share):
    """Traps in the texts change no format, no message, no join and no share."""
    judged(*read_whole(tmp_path, 2 * len(NAMES), share))


def test_inspect_and_run_read_the_same_mixed_folder(tmp_path):
    """As many exports, each whole, with the messages that were planted."""
    forms, posts = planted(tmp_path, len(NAMES), 0.7)
    report = inspect_exports(list_candidates([tmp_path]))
    assert report.whole
    assert len(report.exports) == len(list_exports([tmp_path]).exports) == len(forms)
    assert sorted(found.messages for found in report.exports) == sorted(posts)


@pytest.mark.long
@pytest.mark.parametrize("share", [0.7, 0.2])
def test_three_hundred_mixed_groups_give_the_simulated_share(tmp_path, share):
    """The same, as many as people who run groups have."""
    judged(*read_whole(tmp_path, 300, share))
