"""`--mine` names people in one file; members, people and windows are joined rightly."""

import re
from datetime import date
from functools import partial

import pandas as pd
import pytest

import helpers as sq
from helpers.errors import BrokenFileError, ShequnError
from helpers.own_groups.cards.card import build_cards
from helpers.own_groups.opened import open_run
from helpers.own_groups.people import read_member_list
from helpers.own_groups.plan import PRIVATE, Plan
from helpers.own_groups.private_page import describe_change
from helpers.own_groups.record import Window
from helpers.own_groups.run import make_study, run_study
from helpers.own_groups.sentences import describe_silent_members
from helpers.records import to_day_us
from helpers.store.ingest import Terms
from helpers.store.people import read_same_people

HALF = Window(*(to_day_us(date(2024, 2, day)) for day in (1, 11)))
LISTED = "昵称,入群时间\nZebulon,\nXanthippe,2023/12/3\n"
NAMES = ("Zebulon", "Quentina", "Xanthippe")
PAIR = "Zebulon, Quentina\n"
ROWS = [
    f"2024-0{1 + n // 28}-{1 + n % 28:02d}T1{n % 3}:00:00Z,{NAMES[n % 2]},line {n}"
    for n in range(140)
]


def _write(path, text):
    path.write_text(text, "utf-8")
    return path


def _plan(folder, **more):
    """Return a plan for a group in which two of three people write."""
    log = _write(folder / "log.csv", "\n".join(["time,sender,text", *ROWS]))
    terms = Terms(key=_write(folder / "key", "07" * 32))
    return Plan(exports=[log], out=folder / "out", terms=terms, **more)


@pytest.fixture
def plan(tmp_path):
    """Return a function that plans a run of the group in a folder of the test."""
    return partial(_plan, tmp_path)


@pytest.fixture(scope="module")
def in_window(tmp_path_factory):
    """Run ten days of it, of one person; return the plan, what is done, the page."""
    room = tmp_path_factory.mktemp("window")
    more = "".join(f"Late{n},2024/3/{n + 1}\nQuiet{n},2023/12/2\n" for n in range(5))
    members = _write(room / "m.csv", LISTED + more)
    people = _write(room / "p.csv", PAIR)
    plan = _plan(room, mine=True, window=HALF, members=members, people=people)
    return plan, run_study(plan), (room / "out" / PRIVATE).read_text("utf-8")


def test_names_stand_in_one_file_alone(plan, tmp_path):
    """Every other output, and every printed line, is free of them."""
    members = _write(
        tmp_path / "members.csv", "昵称,入群时间\nZebulon,\nXanthippe,2024/1/3\n"
    )
    said = []
    run_study(plan(mine=True, members=members, k=1, report=said.append))
    found = {
        path.name
        for path in (tmp_path / "out").rglob("*")
        if path.is_file() and any(name.encode() in path.read_bytes() for name in NAMES)
    }
    assert found == {PRIVATE}
    assert not any(name in line for name in NAMES for line in said)
    page = (tmp_path / "out" / PRIVATE).read_text("utf-8")
    assert page.index("This page names people") < page.index("Zebulon")


def test_ids_of_one_person_are_one_in_every_surface(plan, tmp_path):
    """`--people` had no counterpart in the library, and lists knew two ids of one."""
    pair = _write(tmp_path / "people.csv", PAIR)
    listed = _write(tmp_path / "members.csv", "Zebulon\nQuentina\nXanthippe\n")
    said = []
    more = {"people": pair, "members": listed, "report": said.append}
    study, _ = make_study(plan(**more))
    frame = sq.clean(
        sq.read_messages(
            tmp_path / "log.csv", zone="UTC", key=tmp_path / "key", people=pair
        )
    )
    assert frame["person"].nunique() == study.table("groups")["posters"].item() == 1
    assert study.table("memberships")["member"].nunique() == 2
    assert "1 of 2 wrote; 0 who wrote are not on it" in said[0]


def test_a_listed_member_who_never_wrote_is_silent(plan, tmp_path):
    """The list came from outside; its join day stands on the private page."""
    members = _write(
        tmp_path / "members.csv", "handle,joined\nZebulon,\nXanthippe,2024/1/3\n"
    )
    done = run_study(plan(mine=True, members=members, k=1))
    people = done.study.table("memberships")
    listed = people[people["listed"]]
    assert sorted(listed["messages"] > 0) == [False, True]
    page = (tmp_path / "out" / PRIVATE).read_text("utf-8")
    assert re.search(r'Xanthippe</bdi></td><td class="n"><bdi>2024-01-0[23]<', page)


def test_members_from_the_start_of_a_cut_record_are_no_newcomers(plan, tmp_path):
    """They stood in a table as such below the line that they cannot be told."""
    run_study(plan(mine=True, k=1))
    page = (tmp_path / "out" / PRIVATE).read_text("utf-8")
    assert "old members cannot be told from new ones" in page
    assert "Newcomers who still write" not in page


def test_a_later_run_says_what_it_added_and_which_page_is_old(plan):
    """Only the counts of all were printed, and the old page stayed without a word."""
    said = []
    run_study(plan(mine=True, report=said.append))
    assert "Last message on 2024-05-28" in said[0], said
    run_study(plan(report=said.append))
    assert "0 new exports, beside 1 read into this folder before" in said
    assert f"{PRIVATE} is of an earlier run; --mine writes it again" in said


def test_a_window_counts_its_days_alone(in_window):
    """What is outside is set aside by name, and the group counts as cut."""
    _, done, _ = in_window
    groups = done.study.table("groups")
    assert groups["messages"].tolist() == [10]
    assert done.study.ledger.set_aside["outside the days that are counted"] == 130
    assert done.study.table("shown")["left_truncated"].tolist() == [True]


def test_silence_in_a_window_is_no_never(in_window):
    """Who wrote before it "never wrote", and so did those who joined after it."""
    _, done, page = in_window
    assert "Members who wrote nothing in these days" in page
    assert "Members who never wrote" not in page
    assert "Late3" not in page
    (card,) = build_cards(done.study)
    assert (card.silent_members, card.members) == (6, 7)
    assert "wrote nothing in these days" in describe_silent_members(card, 1)


def test_an_opened_run_has_its_window(in_window):
    """Replies and tone of the chapters were of all days, and first days unexplained."""
    plan, _, page = in_window
    run = open_run(plan.out)
    assert (len(run.texts()), len(run.record.messages)) == (10, 10)
    assert len(set(run.record.messages["sender"])) == 1
    assert "Only the days" in page
    assert "2024-01" not in page
    run_study(_plan(plan.out.parent))
    assert len(open_run(plan.out).record.messages) == 140


def test_a_quarter_is_compared_with_the_months_before():
    """Half a year says something; a quarter alone nothing; peers stand beside."""
    months = [f"2024-{n:02d}" for n in range(1, 10)]
    shares = {f"g{n}": [0.1, 0.12, 0.11, 0.1, 0.12, 0.11] for n in range(7)}
    table = pd.concat(
        pd.DataFrame({"group": key, "month": months, "vader_scored": 90,
                      "vader_negative": [*early, 0.3 - n / 50, 0.31, 0.32]})
        for n, (key, early) in enumerate(shares.items())
    )  # fmt: skip
    lives = pd.DataFrame({"age_days": 270.0, "alive": True}, index=list(shares))
    said = describe_change("vader", "g0", table, lives)
    assert "+20 percentage points (+18 to +22)" in said
    assert "in 6 other living groups of its age it was +16 to +19" in said
    late = table[table["month"] > "2024-04"]
    assert describe_change("vader", "g0", late, lives) is None


def test_a_window_without_a_message_is_refused(plan):
    """It made a study of nothing."""
    with pytest.raises(ShequnError, match="nobody wrote between"):
        run_study(plan(window=Window(to_day_us(date(2030, 1, 1)), None)))


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (read_member_list, "handle,joined\nann,2024-13-01\n", "row 2, column joined"),
        (read_member_list, "", "is empty"),
        (read_member_list, '{"members": []}', "is JSON"),
        (read_member_list, "handle\n,\n", "names no member"),
        (read_same_people, "ann\nbob\n", "joins no ids"),
        (read_same_people, "ann,bob\nbob,cat\n", "belongs to two people"),
        (read_same_people, "\0\0,\0", "no text file"),
    ],
)
def test_damaged_lists_are_refused_in_a_sentence(tmp_path, read, text, said):
    """Which file, what, and what to do."""
    with pytest.raises(BrokenFileError, match=said):
        read(_write(tmp_path / "list.csv", text))


def test_people_who_are_nowhere_are_refused(plan, tmp_path):
    """A mistyped name joined nobody, and nothing said so."""
    same = _write(tmp_path / "people.csv", "Zebulonn, Quentinaa\n")
    with pytest.raises(BrokenFileError, match="no two of these ids"):
        run_study(plan(people=same))
