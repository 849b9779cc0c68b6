"""Groups and lifetimes of messages and of lists."""

import numpy as np
import pandas as pd
import pytest

import helpers as sq
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.paths import RAW
from helpers.records import DAY_US

DEMO = RAW / "demo"


def speak(**days):
    """Return messages of groups on some days of 2023."""
    start = pd.Timestamp("2023-01-01")
    rows = [
        (group, "a", start + pd.Timedelta(days=day))
        for group, those in days.items()
        for day in those
    ]
    return pd.DataFrame(rows, columns=["group", "sender", "time"])


@pytest.fixture
def listed():
    """Return a list: ended, alive, never active, without a date, contradictory."""
    return pd.DataFrame(
        {
            "name": list("abcde"),
            "founded": ["2023-01-01", "2023-01-01", "2023-01-01", None, "2023-06-01"],
            "last": ["2023-02-01", "2023-12-31", None, "2023-01-01", "2023-05-01"],
        }
    )


def build_groups(listed, **more):
    """Return the groups of the list."""
    named = {"born": "founded", "last": "last", "key": "name", "seen": "2024-01-01"}
    return sq.groups_from(listed, **named | more)


def test_lifetimes_agree_with_the_studies(tmp_path, monkeypatch):
    """Messages in a frame live as long as the same messages in a study do."""
    from helpers.study.own.run import Plan, make_study

    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path))
    exports = sorted(DEMO.glob("*-[01]*.zip"))[:12]
    study, _ = make_study(Plan(exports=exports, out=tmp_path / "study"))
    ours, theirs = sq.silence(sq.clean(sq.read_messages(exports))), sq.silence(study)

    # studies date some groups by their creation, hence only ends and silences agree
    assert ours.ended.sum() == theirs.ended.sum() > 0
    assert len(ours) == len(theirs)


def test_message_after_a_gap_is_a_revival():
    """Death is dated at the last message, or at the first gap on request."""
    messages = speak(a=[*range(28), 130, 131], b=range(300))
    last, gap = sq.silence(messages), sq.silence(messages, form="first_gap")

    assert last.durations.tolist() == [131, 299 - 60]
    assert gap.durations.tolist() == [27, 299 - 60]
    assert last.revived.tolist() == [True, False]


def test_slow_group_waits_longer():
    """A group that writes every twelve days is not dead after sixty of silence."""
    lives = sq.silence(speak(slow=[0, 12, 24, 36], quick=range(200)))

    assert lives.waited.tolist() == pytest.approx([60, 6 / (3 / 28)][::-1], abs=60)
    assert lives.waited.max() > 50


def test_end_of_observation_before_a_message_is_refused():
    """`seen` says until when all messages are there."""
    with pytest.raises(ShequnError, match="1 groups have messages after the end"):
        sq.silence(speak(a=[0, 50]), seen="2023-02-01")


def test_unusable_rows_of_a_list_are_counted(listed):
    """Rows without a founding date, or with dates out of order, are excluded aloud."""
    groups = build_groups(listed)

    assert groups["key"].tolist() == ["a", "b", "c"]
    assert groups.attrs["excluded"] == {
        "no founding date": 1,
        "last message before the founding": 1,
    }


def test_group_of_a_list_that_never_wrote_ended_at_once(listed):
    """A founding without any message is a lifetime of zero, not a missing one."""
    lives = sq.silence(build_groups(listed))

    assert lives.durations.tolist() == [31, 305, 0]
    assert lives.ended.tolist() == [True, False, True]


def test_list_waits_the_days_given(listed):
    """Nobody knows a listed group's traffic, so that W is the same for all."""
    assert set(sq.silence(build_groups(listed), days=90).waited) == {90.0}


def test_list_may_say_when_each_group_was_last_looked_at(listed):
    """The end of observation may differ by row."""
    seen = pd.Series(["2023-03-01", *["2024-01-01"] * 4])
    lives = sq.silence(build_groups(listed.assign(until=seen), seen="until"))

    assert lives.group.tolist() == [1, 2]  # 28 days after the last message say nothing


def test_list_without_usable_dates_says_why(listed):
    """A frame of missing values is no curve of nothing."""
    with pytest.raises(ShequnError, match="no founding date: 5"):
        build_groups(listed.assign(founded=None))


def test_curves_are_separated_by_group_number(listed):
    """A column of `groups_from` separates the curves, whatever was excluded."""
    groups = build_groups(listed)
    lives = sq.silence(groups)
    frame = sq.survival_frame(lives, by=groups["key"].eq("b").rename("busy"))
    alone = sq.survival_frame(lives.where(groups["key"].ne("b")))

    assert frame.columns[0] == "busy"
    pd.testing.assert_frame_equal(
        frame[~frame["busy"]].drop(columns="busy").reset_index(drop=True), alone
    )


def test_values_of_another_length_are_refused(listed):
    """An array is matched by position and must fit."""
    lives = sq.silence(build_groups(listed))
    with pytest.raises(ShequnError, match="2 values for 3 lifetimes"):
        sq.survival_frame(lives, by=[1, 2])


def test_list_without_follow_up_has_no_lifetimes(listed):
    """A list of today's groups has no lifetimes."""
    with pytest.raises(NotIdentifiableError):
        sq.silence(build_groups(listed, seen="2024-01-01"), days=400)


def test_estimate_finds_a_known_truth():
    """Of exponential lifetimes followed to a common date, S(100) is the true one."""
    rng = np.random.default_rng(7)
    n = 4000
    born = rng.integers(0, 700, n)
    life = rng.exponential(150, n)
    start = pd.Timestamp("2020-01-01")
    frame = pd.DataFrame({"born": start + pd.to_timedelta(born, "D")})
    frame["last"] = frame["born"] + pd.to_timedelta(life, "D")
    end = start + pd.Timedelta(days=1000)
    still = frame["last"] > end
    frame.loc[still, "last"] = end  # who outlives the record wrote to its end
    groups = sq.groups_from(frame, born="born", last="last", seen=end)
    curve = sq.silence(groups).curve()

    interval = curve.interval(100, level=0.999)
    assert interval.low < np.exp(-100 / 150) < interval.high


def test_frame_of_messages_counts_early_ones():
    """Only messages of the first 28 days decide how long silence must be."""
    groups = sq.groups_from(speak(a=[0, 27, 28, 40]))

    assert groups.loc[0, "early_messages"] == 2
    assert groups.loc[0, "end_us"] - groups.loc[0, "origin_us"] == 40 * DAY_US
