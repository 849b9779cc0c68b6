"""Planted rooms: what tone has to do with their end comes out as it was planted."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.sentiment.error_draws import Errors, draw_errors
from pipeline.validation.room_tone import questions
from pipeline.validation.room_tone.__main__ import estimate_all
from pipeline.validation.room_tone.rooms import (
    FOLDER,
    LENGTHS,
    MONTH_DAYS,
    Talk,
    correct_months,
    count_by_month,
    find_ends,
)
from tests.printed import is_same_file
from tests.raw_corpora import SHARED

MESSAGES, ROOMS, MONTHS = 60, 300, 10


@pytest.fixture
def quick(monkeypatch):
    """Draw less often: limits are rougher and what they hold is the same."""
    monkeypatch.setattr(questions, "DRAWS", 99)
    monkeypatch.setattr(questions, "ORDERS", 9)


@cache
def _find_errors(reading):
    """Return VADER's sensitivity and specificity on short messages."""
    errors = draw_errors(reading, np.array([1.0, 0, 0]), np.random.default_rng(1), 1)
    return errors.sensitivity[0], errors.specificity[0]


def _read(true, chance, reading="negative"):
    """Return how many of a month's short messages VADER would read so."""
    hit, passed = _find_errors(reading)
    return chance.binomial(MESSAGES, true * hit + (1 - true) * (1 - passed))


def plant(rise=0.0, log_ratio=0.0, seed=1):
    """Return months of rooms and their ends, with tone as VADER would read it.

    The share of negative messages rises by so much in a room's last three months, and
    the log hazard of falling silent by so much per ten points of it.
    """
    chance = np.random.default_rng(seed)
    rows, ends = [], []
    for room in range(ROOMS):
        level, writers = chance.uniform(0.05, 0.4), int(chance.integers(2, 30))
        shares = np.clip(level + chance.normal(0, 0.08, MONTHS), 0.01, 0.7)
        hazard = 0.04 * np.exp(log_ratio * 10 * (shares - 0.22)) * (10 / writers) ** 0.5
        dies = np.flatnonzero(chance.random(MONTHS) < 1 - np.exp(-hazard))
        last = int(dies[0]) if len(dies) else None
        if last is not None:
            shares[max(last - 2, 0) : last + 1] += rise
        rows += [
            {
                "source": "planted", "group": room, "month": month,
                "messages": MESSAGES, "writers": writers, "scored": MESSAGES,
                "negative": _read(shares[month], chance),
                "positive": _read(0.3, chance, "positive"),
                "short": MESSAGES, "middle": 0, "long": 0,
            }
            for month in range(MONTHS if last is None else last + 1)
        ]  # fmt: skip
        silent = None if last is None else last * MONTH_DAYS + 20
        ends.append({"source": "planted", "group": room, "silent": silent,
                     "seen": (MONTHS + 8) * MONTH_DAYS})  # fmt: skip
    table = pd.DataFrame(ends).astype({"silent": "Int64"})
    return questions.select_months(pd.DataFrame(rows), table)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("rise", [0.0, 0.15])
def test_a_planted_rise_before_the_end_is_found(rise):
    """What VADER misses is added again: the rise is the one people would see."""
    found, *_ = questions.estimate_last_months(plant(rise=rise))

    assert found.low <= rise <= found.high
    assert found.estimate == pytest.approx(rise, abs=0.04)
    assert abs(found.read) <= abs(found.estimate)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("log_ratio", [0.0, 0.5])
def test_a_planted_hazard_is_found(log_ratio):
    """Noise of sixty messages and reading errors had drawn the ratio to one."""
    months = plant(log_ratio=log_ratio, seed=3)
    # the share of one month acts on that month's end: look from the month before
    months = months.assign(ahead=months["before"].eq(0), going=True)
    negative, *_, writers = questions.estimate_hazards(months)

    assert negative.low <= np.exp(log_ratio) <= negative.high
    assert writers.low <= 2**-0.5 <= writers.high
    if log_ratio:
        assert negative.low > 1


def test_hazards_are_those_of_statsmodels():
    """A second way to the same ratios."""
    chance = np.random.default_rng(2)
    design = np.column_stack([chance.normal(size=(500, 2)), np.ones(500)])
    rate = np.exp(design @ [0.5, -0.3, -1.5])
    ended = chance.random(500) < 1 - np.exp(-rate)
    family = sm.families.Binomial(sm.families.links.CLogLog())
    expected = sm.GLM(ended.astype(float), design, family=family).fit().params
    found = questions.fit_hazard(ended, design, np.ones(500))
    assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.usefixtures("quick")
def test_slopes_within_rooms_are_those_of_dummies():
    """Differences from a room's own mean are a regression on rooms."""
    months = plant(rise=0.1)
    dummies = pd.get_dummies(months[["month", "room"]].astype(str), dtype=float)
    design = np.column_stack([months["last"], dummies])
    slope = np.linalg.lstsq(design.astype(float), months["negative"], rcond=None)[0][0]
    found, *_ = questions.estimate_last_months(months)
    assert found.read == pytest.approx(slope, abs=1e-9)


@pytest.mark.usefixtures("quick")
def test_few_ends_are_refused():
    """Seventeen rooms say nothing about what comes before an end."""
    months = plant()
    few = months[months["room"] < months["room"].unique()[25]]
    with pytest.raises(NotIdentifiableError, match="rooms fell silent; at least 30"):
        questions.estimate_last_months(few)


def _talk(follow, seed=4, n=16_000):
    """Return messages that follow the ten before by so much, and the right answer."""
    chance = np.random.default_rng(seed)
    people, room = chance.integers(12, size=n), np.repeat(np.arange(n // 400), 400)
    true = np.zeros(n)
    for at in range(n):
        earlier = slice(max(at - 10, room[at] * 400), at)
        others = people[earlier] != people[at]
        heard = true[earlier][others]
        share = heard.mean() if len(heard) else 0.3
        true[at] = chance.random() < 0.3 + follow * (share - 0.3)
    hit, passed = _find_errors("negative")
    read = np.where(true == 1, chance.random(n) < hit, chance.random(n) > passed)
    messages = pd.DataFrame(
        {
            "source": "planted", "group": room, "member": people,
            # other orders of a day break every link: it holds all of a room
            "day": room, "time_us": np.arange(n) * DAY_US // 4,
            "side": np.where(read, -1.0, 0.0), "chars": 20,
        }
    )  # fmt: skip
    perfect = messages.assign(side=-true)
    return Talk(messages, pd.DataFrame()), _regress(perfect)


def _regress(messages):
    """Return the slope, in standard deviations, if people had read each message."""
    own = -messages["side"].to_numpy()
    room, people = (messages[c].to_numpy(np.int64) for c in ("group", "member"))
    before = questions._average_earlier(room, people, own)
    there = ~np.isnan(before)
    chance = np.random.default_rng(9)
    order = np.lexsort((chance.random(len(own)), room))
    mixed = questions._average_earlier(room, people[order], own[order])
    net = []
    for x, y in ((before, own), (mixed, own[order])):
        both = pd.DataFrame({"x": x[there], "y": y[there]})
        net.append(both["x"].corr(both["y"]))
    return net[0] - net[1]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("follow", [0.0, 0.6])
def test_planted_contagion_is_found(follow):
    """Members who follow the ten before are told from those who do not."""
    talk, expected = _talk(follow)
    (negative,) = questions.estimate_contagion(talk, "planted")

    assert negative.low <= expected <= negative.high
    assert (negative.low > 0) == (follow > 0)
    assert negative.read <= max(negative.estimate, 0.01)


def test_perfect_reading_needs_no_correction():
    """A share read without errors is the share."""
    found = Errors(np.ones(2), np.ones(2)).correct(np.array([0.3, 0.4]))
    assert found == pytest.approx([0.3, 0.4])


def test_first_silence_of_sixty_days_is_the_end():
    """A later one, and one of sixty days to the day, had counted."""
    days = [0, 10, 70, 131, 140]
    messages = pd.DataFrame({"source": "a", "group": 1, "day": days})
    rooms = pd.DataFrame(
        {"source": "a", "group": [1, 2], "origin_us": 0, "end_us": 300 * DAY_US}
    )
    ends = find_ends(Talk(messages, rooms))
    assert ends["silent"].tolist() == [70, pd.NA]
    assert ends["seen"].tolist() == [300, 300]


def test_months_are_counted_by_room_age_and_length():
    """Messages that no instrument reads are counted, not scored."""
    messages = pd.DataFrame(
        {
            "source": "a", "group": 1, "member": [1, 1, 2], "day": [5, 6, 40],
            "time_us": np.array([5, 6, 40]) * DAY_US, "side": [-1, np.nan, 1],
            "chars": [40, 9, 200],
        }
    )  # fmt: skip
    rooms = pd.DataFrame({"source": ["a"], "group": 1, "origin_us": 0, "end_us": 0})
    counts = count_by_month(Talk(messages, rooms))
    assert counts["messages"].tolist() == [2, 1]
    assert counts["scored"].tolist() == [1, 1]
    assert counts[list(LENGTHS)].to_numpy().tolist() == [[1, 0, 0], [0, 0, 1]]


def test_stored_estimates_follow_from_the_stored_counts():
    """Committed tables are of one run, to the last digit."""
    by_month, ends = (
        pd.read_csv(FOLDER / f"{name}.csv") for name in ("rooms_by_month", "rooms")
    )
    made = estimate_all(by_month, ends)
    for name in ("event_study", "hazard"):
        stored = pd.read_csv(FOLDER / f"{name}.csv")
        columns = {c: [getattr(row, c) for row in made[name]] for c in stored}
        pd.testing.assert_frame_equal(pd.DataFrame(columns).round(4), stored, atol=2e-4)


@pytest.mark.long
@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not there")
def test_tables_are_reproduced(tmp_path):
    """The committed files are what the raw messages and this code give."""
    from pipeline.validation.room_tone.__main__ import write_tone

    write_tone(SHARED, tmp_path)
    for made in tmp_path.iterdir():
        assert is_same_file(made, FOLDER / made.name), made.name


def test_corrected_months_hold_the_truth():
    """A month in which VADER reads its false alarms only is not called negative."""
    rng, lengths = np.random.default_rng(3), np.tile([0.0, 400.0, 0.0], (200, 1))
    errors = draw_errors("negative", lengths[0], np.random.default_rng(1), 1)
    hit, alarm = errors.sensitivity[0], 1 - errors.specificity[0]
    for truth, surely in ((0.0, 0.0), (0.5, 1.0)):
        read = rng.binomial(400, truth * hit + (1 - truth) * alarm, 200)
        share, low, high = correct_months(read, lengths, rng, 199).T
        assert abs(share.mean() - truth) < 0.03
        assert abs((low > 0).mean() - surely) < 0.05
        assert ((low <= truth) & (truth <= high)).mean() > 0.9
