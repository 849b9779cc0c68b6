"""Groups and lifetimes of messages and of lists."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import helpers as sq
from helpers.errors import ShequnError
from helpers.records import DAY_US

pytestmark = pytest.mark.filterwarnings("ignore:the frame does not say until when")


def speak(**days):
    """Return messages of groups on some days of 2023."""
    start = pd.Timestamp("2023-01-01", tz="UTC")
    rows = [
        (group, "a", start + pd.Timedelta(days=day))
        for group, those in days.items()
        for day in those
    ]
    return pd.DataFrame(rows, columns=["group", "sender", "time"])


@pytest.fixture
def listed():
    """Return a list: ended, alive, never active, three that cannot be used."""
    return pd.DataFrame(
        {
            "name": list("abcdef"),
            "founded": [*["2023-01-01"] * 3, None, "2023-06-01", "2023-01-01"],
            "last": [
                *("2023-02-01", "2023-12-31", "2023-01-01", "2023-01-01"),
                *("2023-05-01", None),
            ],
        }
    )


def build_groups(listed, **more):
    """Return the groups of the list."""
    named = {"born": "founded", "last": "last", "key": "name", "seen": "2024-01-01"}
    return sq.groups_from(listed, **named | more)


def test_message_after_a_gap_is_a_revival():
    """Death is dated at the last message, or at the first gap on request."""
    messages = speak(a=[*range(28), 130, 131], b=range(300))
    last, gap = sq.silence(messages), sq.silence(messages, form="first_gap")

    assert last.durations.tolist() == [131, 299 - 60]
    assert gap.durations.tolist() == [27, 299 - 60]
    assert last.revived.tolist() == [True, False]


def test_end_that_no_frame_says_is_said():
    """A frame of one's own ended with its last message, in silence."""
    messages = speak(a=range(300))
    with pytest.warns(UserWarning, match="last message, 2023-10-27, is taken.*seen="):
        sq.silence(messages)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sq.silence(messages, seen="2023-10-27")


def test_rows_with_a_reason_are_no_sign_of_life():
    """A frame that was read and not cleaned lived by its bots and notices."""
    messages = speak(a=[*range(9), 280], b=range(300))
    late = messages["group"].eq("a") & messages["time"].ge("2023-03-01")
    marked = messages.assign(reason=late.map({True: "bot", False: None}))
    assert sq.groups_from(marked)["messages"].tolist() == [9, 300]
    assert sq.silence(marked).ended.tolist() == [True, False]


def test_slow_group_waits_longer():
    """A group that writes every twelve days is not dead after sixty of silence."""
    lives = sq.silence(speak(slow=[0, 12, 24, 36], quick=range(200)))

    assert lives.waited.tolist() == pytest.approx([60, 6 / (3 / 28)][::-1], abs=60)
    assert lives.waited.max() > 50


def test_end_of_observation_on_the_day_of_the_last_message_is_accepted():
    """A date counted from its midnight, so that the day asked for was refused."""
    messages = speak(a=[0, 50.8], b=range(100))
    messages["time"] = messages["time"].dt.tz_convert("Asia/Shanghai")
    last = messages["time"].max()
    groups = sq.groups_from(messages, seen=str(last.date()))

    assert groups["end"].dt.tz_convert("Asia/Shanghai").dt.date.eq(last.date()).all()
    with pytest.raises(ShequnError, match=f"give {last.date()} or later"):
        sq.groups_from(messages, seen=str(last.date() - pd.Timedelta(days=1)))


def test_list_is_not_cut_at_a_day_before_its_last_dates(listed):
    """Rows with later dates were left out: the groups that survived."""
    with pytest.raises(ShequnError, match=r"1 group has dates.*give 2023-12-31"):
        build_groups(listed, seen="2023-12-30")
    timed = listed.assign(last=listed["last"] + " 19:30")
    assert len(build_groups(timed, seen="2023-12-31")) == 3


def test_unusable_rows_of_a_list_are_counted(listed):
    """Rows without a founding date, or with dates out of order, are excluded aloud."""
    groups = build_groups(listed)

    assert groups["key"].tolist() == ["a", "b", "c"]
    assert groups.attrs["excluded"] == {
        "no founding date": 1,
        "no date of the last message": 1,
        "last message before the founding": 1,
    }


def test_group_of_a_list_that_never_wrote_ended_at_once(listed):
    """The day of founding as the last message is a lifetime of zero."""
    lives = sq.silence(build_groups(listed))

    assert lives.durations.tolist() == pytest.approx([31, 306, 0])  # to the day's end
    assert lives.ended.tolist() == [True, False, True]


def test_list_waits_the_days_given(listed):
    """Nobody knows a listed group's traffic, so that W is the same for all."""
    assert set(sq.silence(build_groups(listed), days=90).waited) == {90.0}


def test_list_may_say_when_each_group_was_last_looked_at(listed):
    """The end of observation may differ by row."""
    seen = pd.Series(["2023-03-01", *["2024-01-01"] * 5])
    lives = sq.silence(build_groups(listed.assign(until=seen), seen="until"))

    assert lives.group.tolist() == [1, 2]  # 28 days after the last message say nothing


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


def test_curves_of_single_groups_are_no_arms():
    """A test of twelve groups, each a network of its own, was significant."""
    lives = sq.silence(speak(a=range(9), b=range(50), c=range(300)))
    with pytest.raises(ShequnError, match="each of the 3 arms has a single lifetime"):
        sq.compare_survival(lives, by="network")
    with pytest.warns(UserWarning, match="single group"):
        sq.survival_frame(lives, by="network")


def test_groups_left_out_are_in_the_first_line():
    """Groups founded too late to be followed were not to be seen."""
    lives = sq.silence(speak(a=range(300), b=[299]))
    assert repr(lives).startswith("Lifetimes(1 group, 0 ended, 1 left out (founded too")


def test_warning_points_at_the_line_of_the_user():
    """It pointed into the library."""
    messages = speak(a=range(300))
    naive = messages.assign(time=messages["time"].dt.tz_localize(None))
    for measure in (sq.silence, sq.groups_from, sq.clean):
        with pytest.warns(UserWarning, match="no zone and are read as UTC") as warned:
            measure(naive)
        assert warned[0].filename == __file__


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


def test_date_that_cannot_be_read_excludes_its_row_only(listed):
    """One "unknown" in a list of dates ended in a traceback of pandas."""
    listed.loc[0, "founded"] = "unknown"
    listed.loc[1, "last"] = "2023年12月31日"
    groups = build_groups(listed)

    assert groups["key"].tolist() == ["b", "c"]
    assert groups.attrs["excluded"]["a date that cannot be read"] == 1


def test_a_day_after_today_is_no_observation():
    """Every group seen until then was dead."""
    rows = pd.DataFrame({"b": ["2024-01-01"] * 2, "l": ["2024-05-01", "2199-01-01"]})
    groups = sq.groups_from(rows, born="b", last="l")
    assert groups.attrs["excluded"] == {"a date after today": 1}
    assert [f"{end:%F}" for end in groups["end"]] == ["2024-05-01"]
    with pytest.raises(ShequnError, match="is after today"):
        sq.groups_from(rows, born="b", last="l", seen="2199-01-01")


def test_times_of_groups_are_utc(listed):
    """The dates of `groups_from` had no zone; those of a study have UTC."""
    groups = build_groups(listed)
    assert {str(groups[name].dt.tz) for name in ("origin", "last", "end")} == {"UTC"}


BUSY = speak(a=range(300))


def two():
    """Return the lifetimes of two groups."""
    return sq.silence(speak(a=range(9), b=range(300)))


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (lambda _: sq.fit_cox(two(), two().ended, pd.DataFrame({"x": [0.0, 1]})),
         "Hint: "),
        (lambda _: sq.estimate_survival("abc", [1]), "Hint: "),
        (lambda _: two().curve().at("x"), "Hint: "),
        (lambda _: two().curve().plot("x"), "Hint: "),
        (lambda _: sq.survival_frame(two(), by=[1]), "Hint: "),
        (lambda _: sq.groups_from(pd.DataFrame({"a": [1]}), born="a"), "Hint: "),
        (lambda _: sq.silence(speak(a=[0, 50]), seen="2023-02-01"),
         "1 group has messages after the end"),
        (lambda _: sq.silence(BUSY.head(0)), "the frame has no rows"),
        (lambda _: sq.silence(BUSY.assign(time=BUSY["time"].where(BUSY.index > 4))),
         "5 rows have no time.*dropna"),
        (lambda _: sq.silence(BUSY.assign(group=None)), "300 rows have no group"),
        (lambda _: sq.silence("fcc_gitter"), "data cannot be 'fcc_gitter'.*sq.load"),
        (lambda _: sq.silence(BUSY, form="gap"), "'gap'.*last_message, first_gap"),
        (lambda _: sq.silence(BUSY, days="60"), "days cannot be '60'.*a number"),
        (lambda _: sq.silence(BUSY, days=np.nan), "days cannot be nan"),
        (lambda _: sq.silence(BUSY, days=1e12), "from 28 to 36525"),
        (lambda _: sq.silence(BUSY, days=10), "from 28 to 36525"),
        (lambda _: sq.silence(BUSY, seen="when"), "neither a column nor an ISO date"),
        (lambda _: sq.silence(BUSY, seen="1999-01-01"), "give 2023-10-27 or later"),
        (lambda _: sq.silence(sq.load("fcc_gitter"), seen="2024-06-01"),
         "give it to groups_from"),
        (lambda _: sq.compare_survival(two(), by=None), "by cannot be None"),
        (lambda listed: sq.silence(build_groups(listed), seen="2024-06-01"),
         "give it to groups_from"),
        (lambda listed: sq.silence(build_groups(listed), days=400),
         "none of 3 groups was watched long enough"),
        (sq.survival_frame, "lives cannot be a DataFrame.*sq"),
        (lambda listed: list_lives(listed, by=[1, 2]), "2 values for 3 lifetimes"),
        (lambda listed: list_lives(listed, by="kind"), r"by=groups\['kind'\]"),
        (lambda listed: list_lives(listed, by=pd.Series([1, 2, 1], name="days")),
         "by.rename"),
        (lambda listed: list_lives(listed, by=pd.Series([1, 2], index=[70, 71])),
         "no lifetime has a value.*numbers"),
        (lambda listed: sq.compare_survival(sq.silence(build_groups(listed)),
                                            by=["a"] * 3), "by: there is one arm"),
        (lambda listed: build_groups(listed.assign(n="~30"), members="n"),
         "column n, row 0: '~30' is no whole number"),
        (lambda listed: build_groups(listed.assign(founded=None)),
         "no founding date: 6"),
        (lambda listed: build_groups(listed.assign(founded="10.01.2023")),
         r"founded, row 0: '10\.01\.2023' is no ISO date.*dayfirst"),
        (lambda listed: build_groups(listed.assign(founded="01/02/2023")),
         "'01/02/2023' is no ISO date.*dayfirst=True"),
        (lambda listed: build_groups(listed.assign(founded=44927)),
         "column founded: the column holds numbers.*unit='D'"),
        (lambda listed: build_groups(listed.assign(founded=1672531200.0)),
         "holds numbers.*unit='s'"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_what_to_do(listed, mistake, words):
    """They were tracebacks of pandas and NumPy, or another rule than was asked for."""
    with pytest.raises(ShequnError, match=words):
        mistake(listed)


def list_lives(listed, by):
    """Return the curves of a list, separated by something."""
    return sq.survival_frame(sq.silence(build_groups(listed)), by=by)


LEUKAEMIA = {  # weeks in remission and relapse: Freireich et al. (1963), Blood 21, 699
    "mercaptopurine": (
        [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
        [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
    ),
    "placebo": (
        [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
        [1] * 21,
    ),
}


def test_log_rank_test_gives_the_published_statistic():
    """Collett prints 16.79 for the trial of mercaptopurine; R's survdiff 16.8."""
    weeks, ended = (
        np.concatenate(both) for both in zip(*LEUKAEMIA.values(), strict=True)
    )
    lives = sq.silence(speak(**{str(nth): range(300) for nth in range(len(weeks))}))
    trial = replace(lives, durations=weeks.astype(float), ended=ended.astype(bool))
    found = sq.compare_survival(trial, by=np.repeat([*LEUKAEMIA], 21)).iloc[0]

    assert found["chi2"] == pytest.approx(16.793, abs=5e-4)
    assert found["df"] == 1
    assert found["p"] == pytest.approx(4.17e-5, rel=2e-3)


def test_a_model_of_one_group_is_refused_with_the_columns_that_there_are():
    """An IndexError; the hint recommended the formula that had failed."""
    rooms = sq.load("komodo_discord")
    groups = rooms.table("groups")
    alone = sq.silence((groups.head(1), rooms.table("silences")))
    with pytest.raises(sq.ShequnError, match="too few groups"):
        alone.fit_cox("early_messages", groups)
    with pytest.raises(sq.ShequnError, match=r"columns of the frame are .*messages"):
        sq.silence(rooms).fit_cox("early", groups)
    with pytest.raises(sq.ShequnError, match=r"do not determine.*Hint: leave out"):
        sq.silence(rooms).fit_cox("C(kind)", groups)  # kinds of which no room ended


def test_a_model_of_two_groups_is_no_singular_matrix() -> None:
    """NumPy's LinAlgError came through."""
    days = ["2024-01-01", "2024-01-02", "2024-02-05", "2024-03-01", "2024-09-01"]
    times = pd.to_datetime(days, utc=True)
    rows = {"time": times, "group": list("aaabb"), "sender": list("xyxzz")}
    messages = pd.DataFrame(rows).assign(kind="text", text="x")
    with pytest.raises(sq.ShequnError, match="do not determine"):
        sq.silence(messages).fit_cox("messages", sq.groups_from(messages))
