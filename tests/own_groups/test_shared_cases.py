"""The exports of ../shared/cases: each is read as its README says is right."""

from datetime import date

import pandas as pd
import pytest

from helpers import paths
from helpers.derive.inspect import inspect_exports
from helpers.errors import ShequnError
from helpers.formats.reading.source import Options
from helpers.formats.rows.times import LATE
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study, run_study
from helpers.records import DAY_US
from helpers.store.ingest import Terms

CASES = paths.ROOT.parent / "shared" / "cases"
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


@pytest.mark.parametrize(
    ("case", "groups", "messages", "posters"),
    [
        ("bugs/discord_threads", 1, 50, 4),
        ("bugs/discord_reactors", 1, 5, 2),
        ("bugs/matrix_edits", 1, 3, 2),
        ("bugs/tg_linked_channel", 1, 15, 3),
        ("bugs/wa_ios_no_mark", 1, 5, 2),
        ("bugs/slack_numbered_files", 1, 42, 3),
        ("bugs/slackdump_dump", 1, 3, 2),
    ],
)
def test_groups_messages_and_people_are_counted_rightly(
    study, case, groups, messages, posters
):
    """Inspection and study say the same."""
    table = study(case).table("groups")
    assert len(table) == groups
    assert (table["messages"].sum(), table["posters"].max()) == (messages, posters)


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


def test_a_line_chat_is_read(study):
    """It was “text without message lines”."""
    groups = study("exports/line").table("groups")
    assert len(groups) == 1


def test_one_group_under_two_names_is_named_by_its_files(tmp_path):
    """The pair was “– and –”."""
    lines = []
    exports = [*(CASES / "exports/nameless-pair").glob("*.txt")]
    run_study(Plan(exports=exports, out=tmp_path / "out", report=lines.append))
    (line,) = [line for line in lines if "share" in line and "messages" in line]
    assert all(path.name in line for path in exports)
