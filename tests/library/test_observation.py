"""Library, run, `make_study` and chapters agree on each window, filter and file."""

import io
from datetime import timedelta

import pandas as pd
import pytest

import helpers as sq
from helpers.errors import NotIdentifiableError
from helpers.library.observation import read_observed
from helpers.own_groups.record import Window
from helpers.records import to_day_us
from tests.chats import list_lives_of, run, tell, write_chat

MADE = tell("2024-07-20")
SINCE, CUT, UNTIL = tell("2024-02-15"), tell("2024-04-10"), tell("2024-06-30")
SEAM = tell("2024-02-20")  # all groups but the late one have rows on both sides
CHATS = {  # first and last day: five lively ones, two that end, one born later
    **{f"L{n}": (tell("2024-01-01") + timedelta(n), MADE) for n in range(5)},
    "E0": (tell("2024-01-01"), tell("2024-02-28")),
    "E1": (tell("2024-01-05"), tell("2024-05-02")), "B0": (tell("2024-03-01"), MADE),
}  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a folder of chats, their messages, and what keeps a run of a window."""
    room = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEQUN_CONFIG", str(room / "config"))
        for name, (first, last) in CHATS.items():
            write_chat(room / "in", "chatlab", name, first, last, made=MADE)
        yield room, sq.clean(sq.read_messages(room / "in", zone="UTC")), {}


@pytest.fixture
def messages(world):
    """Return the messages of eight groups that were seen until one day."""
    return world[1]


def write_csv(frame, _):
    """Write a frame as CSV and read it."""
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)), parse_dates=["time"])


def write_parquet(frame, room):
    """Write a frame as Parquet and read it."""
    frame.to_parquet(room / "m.parquet")
    return pd.read_parquet(room / "m.parquet")


def join_halves(frame, _):
    """Join two frames with some groups each."""
    first = frame["group"].isin(sorted(frame["group"].unique())[:4])
    return pd.concat([frame[first], frame[~first]])


def join_windows(frame, _):
    """Join two frames with some days each."""
    last = SEAM - timedelta(1)
    return pd.concat([sq.between(frame, until=last), sq.between(frame, since=SEAM)])


def keep_words(frame, _):
    """Keep the messages with a word that all have: a filter that removes none."""
    return frame[frame["text"].str.contains("hello")]


def keep(frame, _):
    """Keep a frame."""
    return frame


WAYS = (keep, write_csv, write_parquet, join_halves, join_windows, keep_words)
WINDOWS = ((None, None), (SINCE, None), (None, UNTIL), (SINCE, UNTIL))


@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("way", WAYS)
def test_lives_are_those_of_a_run(way, window, world, tmp_path):
    """Attributes were kept where they were wrong, and lost where they were right."""
    room, messages, runs = world
    first, last = window
    if window not in runs:
        ends = first and to_day_us(first), last and to_day_us(last + timedelta(1))
        study = run(room / "in", room / f"{window}", window=Window(*ends))
        in_chapters = sq.load(room / f"{window}")
        runs[window] = list_lives_of(study)
        assert list_lives_of(in_chapters) == runs[window]
    cut = sq.between(messages, first, last) if any(window) else messages
    assert len(sq.clean(cut)) == len(cut)
    assert list_lives_of(way(cut, tmp_path)) == runs[window]


def test_lives_are_those_of_a_study_and_known(world, tmp_path):
    """Of five lively groups, two that ended and one that was born later."""
    room, messages, _ = world
    made = list_lives_of(sq.make_study(room / "in", tmp_path / "made", zone="UTC"))
    assert made == list_lives_of(messages)
    ended = [round(days) for days, is_over in made.values() if is_over]
    assert sorted(ended) == [(last - first).days for first, last in
                             (CHATS["E0"], CHATS["E1"])]  # fmt: skip


def test_a_filter_by_time_is_refused(messages):
    """It ended 24 of 24 lively groups without a word."""
    cut = messages[messages["time"] < str(CUT)]
    with pytest.raises(NotIdentifiableError, match=r"after 2024-04-09.*sq\.between"):
        sq.silence(cut)
    late = messages[messages["time"] >= str(CUT)]
    with pytest.raises(NotIdentifiableError, match="before 2024-04-10"):
        sq.silence(late)


def test_rows_removed_of_one_group_are_said(messages):
    """A filter by kind or person is legitimate."""
    one = messages["group"].eq(messages["group"].iloc[-1])
    kept = messages[~one | (messages["time"] < str(CUT))]
    with pytest.warns(UserWarning, match="were removed of 1 of 8 groups"):
        sq.silence(kept)


def test_days_between_two_reads_are_no_silence(messages):
    """They were one, or two groups."""
    early = sq.between(messages, until="2024-02-29")
    late = sq.between(messages, since="2024-06-10")
    with pytest.warns(UserWarning, match="groups no read covers the days"):
        seen = read_observed(pd.concat([early, late])).values()
    assert {len(one.gaps) for one in seen} == {0, 1}
