"""The day of an export: told, stated or a file's, the same in run and library."""

import os
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

import helpers as sq
from helpers.claims.quantity import get_quantity
from helpers.errors import BrokenFileError, NotIdentifiableError, ShequnError
from helpers.formats.reading.source import Options
from helpers.formats.rows.days import parse_past_day
from helpers.group_lives.evidence import Evidence
from helpers.own_groups.group_facts import build_template, read_group_facts
from helpers.own_groups.listing import list_named_groups
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.own_groups.user_study import read_observed as read_observed_study
from helpers.store.ingest import Terms

FIRST = date(2024, 1, 1)
SILENT = 60  # days


@pytest.fixture(autouse=True)
def _own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path / "config"))


@pytest.fixture
def chats(tmp_path):
    """Write two WhatsApp chats of a hundred days, one of which fell silent."""

    def write(name, start, made):
        days = [start + timedelta(n) for n in range(100)]
        path = tmp_path / "in" / f"WhatsApp Chat with {name}.txt"
        path.parent.mkdir(exist_ok=True)
        lines = (f"{d:%d/%m/%Y}, 10:0{d.day % 6} - p{d.day % 6}: hello\n" for d in days)
        path.write_text("".join(lines), "utf-8")
        at = datetime(made.year, made.month, made.day, 20, tzinfo=UTC).timestamp()
        os.utime(path, (at, at))

    write("A", FIRST, date(2024, 12, 1))
    write("B", date(2024, 8, 24), date(2024, 12, 1))
    return tmp_path / "in"


def build(chats, **more):
    """Return the study of the chats, as `shequn run` makes it."""
    told = {name: more.pop(name) for name in ("told", "groups") if name in more}
    terms = Terms(options=Options(zone="UTC"), **more)
    out = chats.parent / f"out{len(more)}{len(told)}"
    return make_study(Plan(exports=[chats], out=out, terms=terms, **told))[0]


def read(chats, **more):
    """Return the cleaned messages of the chats."""
    return sq.clean(sq.read_messages(chats, zone="UTC", **more))


def test_without_a_day_nothing_is_estimated_and_all_is_counted(chats):
    """Both were steady, the one for 237 days."""
    study, messages = build(chats), read(chats)
    assert study.table("groups")["messages"].tolist() == [100, 100]
    states = [
        seen.judge(SILENT * 86_400e6) for seen in read_observed_study(study).values()
    ]
    assert states == ["unknown", "alive"]
    for data in (study, messages):
        with pytest.raises(NotIdentifiableError, match=r"exported.*files"):
            sq.silence(data)


def test_only_what_is_said_of_lives_loses_groups_without_a_day(chats):
    """Every claim on one's own groups lost them, hours and words too."""
    evidence = Evidence.of(build(chats))
    assert evidence.groups["messages"].tolist() == [100, 100]
    assert len(evidence.table("daily")) == 200
    assert evidence.ended.groups.empty
    assert evidence.from_birth.empty
    for name in ("silent_by_day", "ever_paused_by_day", "few_writers_by_day"):
        with pytest.raises(NotIdentifiableError):
            get_quantity(name).estimate(evidence, day=105)
    told = Evidence.of(build(chats, exported=date(2024, 12, 1)))
    assert told.ended is told


@pytest.mark.parametrize(
    ("exported", "words"),
    [
        ({"nobody": "2024-12-01"}, "no group here has the key nobody"),
        ("2023-01-01", "messages from 2024-08-24 on only"),
        ("2999-01-01", "a day that is not after today"),
        (pd.Series(["2024-12-01", "2024-12-02"], index=["a", "a"]), "has two days"),
    ],
)
def test_a_wrong_day_is_one_sentence(chats, exported, words):
    """It names what is wrong, and what to give."""
    with pytest.raises(ShequnError, match=words):
        sq.read_messages(chats, zone="UTC", exported=exported)


@pytest.mark.parametrize(("hour", "is_past"), [(9, False), (10, True)])
def test_tomorrow_is_no_day_of_export_until_it_begins_somewhere(
    hour, is_past, monkeypatch
):
    """It was taken at any hour."""
    now = int(datetime(2026, 11, 30, hour, tzinfo=UTC).timestamp() * 1e6)
    monkeypatch.setattr("helpers.formats.rows.days.get_now_us", lambda: now)
    with nullcontext() if is_past else pytest.raises(ValueError, match="today"):
        assert parse_past_day("2026-12-01") == date(2026, 12, 1)


def test_two_days_for_one_group_are_refused(tmp_path):
    """The remedy names the one to give."""
    path = tmp_path / "groups.csv"
    path.write_text("key,exported\na,2024-01-01\na,2024-01-02\n", "utf-8")
    with pytest.raises(BrokenFileError, match="one day for a group"):
        read_group_facts(path, {"a"})


def test_a_day_given_for_all_overrules_a_template_that_nobody_changed(chats):
    """The guide's own recipe took the day of copying for the day of export."""
    terms, facts = Terms(options=Options(zone="UTC")), chats.parent / "groups.csv"
    template = build_template(list_named_groups([chats], terms)[0])
    assert template.splitlines()[1].endswith(",2024-12-01")
    facts.write_text(template.replace("2024-12-01", "2024-12-02"), "utf-8")
    for path in chats.iterdir():
        os.utime(path, (datetime(2024, 12, 2, 9, tzinfo=UTC).timestamp(),) * 2)
    study = build(chats, exported=date(2024, 12, 1), groups=facts)
    seen = {one.until_us for one in read_observed_study(study).values()}
    assert seen == {int(datetime(2024, 12, 2, tzinfo=UTC).timestamp()) * 10**6 - 1}
