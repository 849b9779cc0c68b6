"""Until when groups were observed stays with the rows of a frame."""

import io

import numpy as np
import pandas as pd
import pytest

import helpers as sq
from helpers.errors import NotIdentifiableError
from helpers.library.observation import add_observation, read_observed
from helpers.observed import Observed
from helpers.records import DAY_US

DAYS, GROUPS = 200, "abcdefgh"
START = pd.Timestamp("2024-01-01", tz="UTC")
CUT = pd.Timestamp("2024-04-10", tz="UTC")


@pytest.fixture
def messages():
    """Return messages of eight groups that talk every day, and are observed."""
    at = pd.date_range(START, periods=DAYS, freq="D")
    rows = pd.DataFrame({"group": np.repeat([*GROUPS], DAYS), "sender": "p"})
    rows = rows.assign(time=[*at] * len(GROUPS), text="hello")
    first, end = (int(day.value // 1000) for day in (at[0], at[-1]))
    until = {"until_us": end + DAY_US, "until_how": "told"}
    seen = Observed(since_us=first, last_us=end, **until)
    return add_observation(rows, dict.fromkeys(GROUPS, seen))


def read_lives(frame):
    """Return the lives of a frame."""
    lives = sq.silence(frame)
    return lives.durations.tolist(), lives.ended.tolist()


def write_csv(frame, _):
    """Write a frame as CSV and read it."""
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)), parse_dates=["time"])


def write_parquet(frame, room):
    """Write a frame as Parquet and read it."""
    frame.to_parquet(room / "m.parquet")
    return pd.read_parquet(room / "m.parquet")


def join_halves(frame, _):
    """Join two frames with some groups each."""
    first = frame["group"] < "e"
    return pd.concat([frame[first], frame[~first]])


def join_windows(frame, _):
    """Join two frames with some days each."""
    day = str(CUT.date())
    last = str((CUT - pd.Timedelta(days=1)).date())
    return pd.concat([sq.between(frame, until=last), sq.between(frame, since=day)])


@pytest.mark.parametrize("way", [write_csv, write_parquet, join_halves, join_windows])
def test_observation_survives(way, messages, tmp_path):
    """Attributes were kept where they were wrong, and lost where they were right."""
    assert read_lives(way(messages, tmp_path)) == read_lives(messages)


def test_a_filter_by_time_is_refused(messages):
    """It ended 24 of 24 lively groups without a word."""
    cut = messages[messages["time"] < CUT]
    with pytest.raises(NotIdentifiableError, match=r"after 2024-04-09.*sq\.between"):
        sq.silence(cut)
    late = messages[messages["time"] >= CUT]
    with pytest.raises(NotIdentifiableError, match="before 2024-04-10"):
        sq.silence(late)


def test_a_window_ends_no_group(messages):
    """All of them wrote until its last day."""
    _, ended = read_lives(sq.between(messages, until="2024-04-09"))
    assert ended == [False] * 8
    inside = sq.between(messages, "2024-03-01", "2024-03-31")
    assert inside["time"].agg(["min", "max"]).dt.date.astype(str).tolist() == [
        "2024-03-01",
        "2024-03-31",
    ]
    assert len(sq.clean(inside)) == len(inside)


def test_rows_removed_of_one_group_are_said(messages):
    """A filter by kind or person is legitimate."""
    kept = messages[(messages["group"] != "a") | (messages["time"] < CUT)]
    with pytest.warns(UserWarning, match="were removed of 1 of 8 groups"):
        lives = sq.silence(kept)
    assert lives.ended.sum() == 1


def test_days_between_two_reads_are_no_silence(messages):
    """They were one, or two groups."""
    early = sq.between(messages, until="2024-02-29")
    late = sq.between(messages, since="2024-06-10")
    with pytest.warns(UserWarning, match="of 8 groups no read covers the days"):
        (seen, *_) = read_observed(pd.concat([early, late])).values()
    assert len(seen.gaps) == 1
