"""Packets planted to have a lasting effect, or none, on days alike before."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.event_study import count_talk
from helpers.claims.themes.content.single_tactics import match_days
from helpers.records import DAY_US
from helpers.study import open_study
from tests.claims.registers import as_of
from validation.worlds.claims.subject import evaluate_in_memory

CLAIM = "s1-single-tactics-dont-last"
DAYS, PACKET = 430, 340


def _study(lift, *, channels=60, before=1.0):
    """Plant a packet a channel; days 8–56 after it have so many times the messages."""
    rng = np.random.default_rng(8)
    rate = np.full((channels, DAYS), 20.0)
    rate[:, PACKET + 8 : PACKET + 57] *= lift
    rate[:, PACKET - 28 : PACKET - 14] *= before
    rows = [(n, (10_000 + PACKET) * DAY_US, "red_packet", 1) for n in range(channels)]
    group, day = (one.ravel() for one in np.indices((channels, DAYS)))
    daily = pd.DataFrame(
        {"group": group, "day": 10_000 + day, "messages": rng.poisson(rate).ravel()}
    )
    groups = open_study("komodo_discord").table("groups").head(channels).assign(
        group=np.arange(channels), entry_us=10_000 * DAY_US,
        origin_us=10_000 * DAY_US, end_us=(10_000 + DAYS) * DAY_US,
    )  # fmt: skip
    events_ = pd.DataFrame(rows, columns=["group", "time_us", "kind", "value"])
    return as_of("komodo_discord", groups=groups, daily=daily, events=events_)


@pytest.mark.parametrize(("lift", "word"), [(1.0, "SUPPORTED"), (1.6, "CONTRADICTED")])
def test_lasting_effect_of_red_packets_is_recovered(lift, word):
    """Two weeks on there is nothing, or there is what was planted."""
    found = evaluate_in_memory(CLAIM, _study(lift))
    assert found.low < lift < found.high
    assert found.word == word
    assert {"proxy", "association"} <= set(found.qualifiers)


def test_matched_days_that_differed_before_are_inconclusive():
    """A channel that was livelier a month before its packets has other days."""
    found = evaluate_in_memory(CLAIM, _study(1.6, before=3.0))
    assert found.word == "INCONCLUSIVE"
    assert "one-sided" in found.qualifiers


def test_too_few_matched_packets_are_counted():
    """The register asks for fifty events."""
    found = evaluate_in_memory(CLAIM, _study(1.0, channels=48))
    assert found.word == "UNTESTABLE"
    assert "48 activations with matched days, 50 needed" in found.reason


def test_matched_days_are_alike_and_far_from_any_packet():
    """The same channel and weekday, no packet in four weeks on either side."""
    evidence = Evidence.of(_study(1.0))
    near = evidence.table("events").assign(day=lambda rows: rows["time_us"] // DAY_US)
    near = near[["group", "day"]]
    rows = match_days(count_talk(evidence), near, near, (15, 28))
    own = rows[rows["treated"] == 1].set_index("unit")
    other = rows[rows["treated"] == 0]
    assert (other["unit"].map(own["group"]) == other["group"]).all()
    assert ((other["unit"].map(own["day"]) - other["day"]) % 7 == 0).all()
    both = other.merge(near, on="group")
    assert (both["day_x"] - both["day_y"]).abs().min() > 28
    assert other.groupby("unit").size().max() == 3
