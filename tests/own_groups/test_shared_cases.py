"""The exports of ../shared/cases: each is read as its README says is right."""

import tomllib
import warnings
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd
import pytest

import helpers as sq
from helpers import paths
from helpers.derive.inspect import inspect_exports
from helpers.errors import ShequnError
from helpers.formats.reading.source import Options
from helpers.formats.rows.times import LATE
from helpers.library.observation import read_observed
from helpers.own_groups.cards.card import build_cards
from helpers.own_groups.plan import Plan
from helpers.own_groups.record import Window
from helpers.own_groups.run import make_study, run_study
from helpers.records import DAY_US, to_day_end_us
from helpers.store.discovery import list_candidates
from helpers.store.ingest import Terms

CASES = paths.ROOT.parent / "shared" / "cases"
ZONE = "Asia/Shanghai"


class Counts(NamedTuple):
    """What is right of an input."""

    groups: int
    messages: int
    wrote: int
    first: str = ""
    last: str = ""
    unread: int = 0
    events: Mapping[str, int] = MappingProxyType({})


STATED = tomllib.loads(Path(__file__).with_name("shared_cases.toml").read_text("utf-8"))
COUNTS = {case: Counts(**said) for case, said in STATED.items()}
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CASES.is_dir(), reason="../shared is not here"),
]


@pytest.fixture
def study(tmp_path):
    """Return a function: a case's folder to the tables made of it."""

    def build(case, zone="UTC", **terms):
        options = Options(zone=zone)
        plan = Plan(
            exports=[CASES / case],
            out=tmp_path / "out",
            terms=Terms(options=options, **terms),
        )
        return make_study(plan)[0]

    return build


@pytest.mark.parametrize("case", COUNTS)
def test_inspection_and_library_count_a_shared_case(case):
    """Both say the same, and name what they do not read."""
    place, right = CASES / case, COUNTS[case]
    report = inspect_exports(list_candidates([place]), Options(zone=ZONE))
    found = [one for one in report.exports if one.form is not None]
    assert not [one.error for one in found if one.error]
    wrote = max(one.speakers for one in found)
    assert (report.groups, report.messages, wrote, report.pairs) == (*right[:3], 0)
    told = {kind: n for one in found for kind, n in one.events.items()}
    assert {kind: told.get(kind) for kind in right.events} == right.events
    with warnings.catch_warnings(action="ignore"):
        rows = sq.read_messages(place, zone=ZONE)
    kept = rows[rows["reason"].isna()]
    people = kept.groupby("group", observed=True)["person"].nunique()
    assert (len(people), len(kept), people.max()) == right[:3]
    days = kept["time"].dt.strftime("%Y-%m-%d")
    assert right.first in {"", days.min()}
    assert right.last in {"", days.max()}
    assert [".html" in line for line in rows.attrs["unread"]] == [True] * right.unread


@pytest.mark.some(20)
@pytest.mark.parametrize("case", COUNTS)
def test_run_counts_a_shared_case(tmp_path, case):
    """`shequn run` counts the same messages in the same groups."""
    terms = Terms(options=Options(zone=ZONE))
    plan = Plan(exports=[CASES / case], out=tmp_path / "o", terms=terms)
    study, refused = make_study(plan)
    table, right = study.table("groups"), COUNTS[case]
    assert (len(table), table["messages"].sum(), table["posters"].max()) == right[:3]
    assert len(refused) == right.unread


def test_a_range_that_an_export_was_asked_for_ends_what_is_known():
    """Of two days, that of the export and that of the range, the earlier counts."""
    path = CASES / "turn5/discord_before" / "talk.json"
    (found,) = inspect_exports([path]).exports
    assert (found.exported, found.asked_until) == ("2026-11-01", "2024-03-01")
    (seen,) = read_observed(sq.read_messages(path, zone="UTC")).values()
    assert (seen.until_us // 10**6, seen.until_how) == (1709251200, "range")


def test_two_of_five_listed_members_of_a_shared_case_never_wrote(tmp_path):
    """Who was deactivated, and a bot, are no members."""
    place, lines = CASES / "turn6/members_with_status", []
    plan = Plan(
        exports=[place / "export"],
        members=place / "slack_members.csv",
        out=tmp_path / "out",
        report=lines.append,
    )
    make_study(plan)
    assert any("3 of 5 wrote" in line for line in lines)


def test_edits_do_not_move_the_last_message(study):
    """Corrections counted as messages in the study alone."""
    last = study("bugs/matrix_edits").table("groups")["last_us"].iloc[0]
    assert pd.Timestamp(last, unit="us") == pd.Timestamp("2024-03-01T04:02:10")


def test_channel_posts_do_not_keep_a_dead_group_alive(study):
    """Forwards of a channel counted as talk."""
    last = study("bugs/tg_linked_channel").table("groups")["last_us"].iloc[0]
    assert pd.Timestamp(last, unit="us").date().isoformat() == "2024-03-05"


@pytest.mark.long
def test_a_healthy_server_is_five_living_groups(study):
    """150 threads of some hours made it a server of dead groups."""
    groups = study("bugs/discord_healthy_server").table("groups")
    assert len(groups) == 5
    assert (groups["end_us"] - groups["last_us"]).max() < 60 * DAY_US


def test_notices_without_marks_are_known_by_their_words():
    """Joins were messages, and the group's name was a person."""
    (found,) = inspect_exports([CASES / "bugs/wa_ios_no_mark/_chat.txt"]).exports
    events = {kind: found.events[kind] for kind in ("create", "join", "leave")}
    assert events == {"create": 1, "join": 4, "leave": 1}
    assert (found.kinds["recalled"], found.members, found.speakers) == (1, 5, 2)


def test_people_seen_only_in_reactions_exist(study):
    """Silent members were left out."""
    (found,) = inspect_exports(
        [*(CASES / "bugs/discord_reactors").glob("*.json")]
    ).exports
    assert (found.members, found.speakers) == (4, 2)
    people = study("bugs/discord_reactors").table("memberships")
    assert (people["messages"] == 0).sum() == 2


def test_the_doubled_hour_follows_the_order_of_the_file(study):
    """Messages of the second 02:10 were sorted before those of the first 02:20."""
    made = study("bugs/wa_dst_fold", "Europe/Berlin").table("groups").iloc[0]
    times = pd.to_datetime([made["first_us"], made["last_us"]], unit="us")
    assert [f"{time:%H:%M}" for time in times] == ["23:50", "02:05"]


def test_each_export_is_observed_until_its_own_day(study):
    """The first of two lively groups was dead by the last line of the other."""
    groups = study("exports/exported-at").table("groups")
    ends = sorted(pd.to_datetime(groups["end_us"], unit="us").dt.date.astype(str))
    assert ends == ["2024-01-31", "2024-11-30"]
    assert (groups["end_us"] - groups["last_us"]).max() < 2 * DAY_US


def test_a_wrong_clock_moves_nobodys_end(study):
    """A line of next year killed the other group and blocked ``--exported``."""
    made = study("exports/future-clock")
    assert made.table("groups")["end_us"].isna().all()  # nobody says until when
    assert made.ledger.set_aside[LATE] == 1


def test_a_stated_day_cuts_what_is_later(study):
    """It was refused."""
    day_us = pd.Timestamp("2026-11-14").value // 1000
    day = date(2026, 11, 14)
    groups = study("exports/future-clock", exported=day).table("groups")
    assert (groups["last_us"] < day_us + DAY_US).all()
    assert (groups["end_us"] <= day_us + DAY_US).all()


def test_announcements_alone_are_said_in_one_sentence(study):
    """The run ended with “there is no group”."""
    with pytest.raises(ShequnError, match="set aside as an announcement"):
        study("exports/all-announcements")


def test_one_group_under_two_names_is_named_by_its_files(tmp_path):
    """The pair was “– and –”."""
    lines = []
    exports = [*(CASES / "exports/nameless-pair").glob("*.txt")]
    run_study(Plan(exports=exports, out=tmp_path / "out", report=lines.append))
    (line,) = [line for line in lines if "share" in line and "messages" in line]
    assert all(path.name in line for path in exports)


def test_messages_that_halve_each_month_are_a_fall(study):
    """In no group did they “halve or double for good”."""
    cards = build_cards(study("turn6/halving", "Asia/Shanghai"))
    assert [card.trend.direction for card in cards if card.trend] == ["falls"] * 2


def test_who_joined_after_the_last_day_is_no_member(tmp_path):
    """A window with a later join ended in an error that nobody expected."""
    exports = [CASES / "turn6/to_day_with_a_later_join"]
    window = Window(to_us=to_day_end_us(date(2026, 3, 31)))
    plan = Plan(exports=exports, out=tmp_path / "out", window=window)
    (card,) = build_cards(make_study(plan)[0])
    assert card.members == 7


def test_a_table_without_senders_is_refused():
    """It was ten messages of one person and twenty lines of the app."""
    path = CASES / "turn6/csv_without_senders/input/g.csv"
    assert "no column that says who wrote" in inspect_exports([path]).exports[0].error
