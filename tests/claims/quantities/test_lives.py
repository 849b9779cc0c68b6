"""Lives of planted groups: what counts as silent, paused, closed or never used."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities import lives, networks, states
from helpers.errors import FewNetworksError, NotIdentifiableError
from helpers.records import DAY_US
from tests.claims.planted import list_groups, plant

QUICK = {"group": [], "start_us": [], "end_us": []}


def _plant_groups(last_days, *, silences=QUICK, days=1000, **columns):
    """Plant busy groups that wrote from day 0 to given days."""
    last = pd.Series(last_days, dtype="float64") * DAY_US
    first = last.where(last.isna(), 0)
    groups = list_groups(
        len(last), days=days, first_us=first, last_us=last, early_messages=100
    )
    groups = groups.assign(**columns)
    table = pd.DataFrame(silences, dtype="int64")
    return plant(groups, silences=table)


def test_share_silent_is_the_planted_one():
    """Thirty of a hundred stop on day 50; the others go on to the end."""
    evidence = _plant_groups([50] * 30 + [999] * 70)
    found = lives.estimate_silent_by_day(evidence, day=105)
    assert found.estimate == pytest.approx(0.30)
    assert found.low < 0.30 < found.high


def test_exponential_lives_under_censoring_are_recovered():
    """With founding spread over the record, a third is censored early."""
    rng = np.random.default_rng(2)
    life = rng.exponential(300, 800)
    seen = rng.uniform(100, 1000, 800)
    groups = list_groups(800, first_us=0, early_messages=100)
    groups = groups.assign(
        end_us=(seen * DAY_US).astype("int64"),
        last_us=(np.minimum(life, seen) * DAY_US).astype("int64"),
    )
    evidence = plant(groups, silences=pd.DataFrame(QUICK, dtype="int64"))
    found = lives.estimate_silent_by_day(evidence, day=200)
    assert found.low < 1 - np.exp(-200 / 300) < found.high


def test_pause_counts_although_talk_came_back():
    """A gap of 70 days is a pause and no silence for good."""
    gap = {"group": range(40), "start_us": 20 * DAY_US, "end_us": 90 * DAY_US}
    evidence = _plant_groups([999] * 100, silences=gap)
    paused = lives.estimate_ever_paused_by_day(evidence, day=105)
    assert paused.estimate == pytest.approx(0.40)
    silent = lives.estimate_silent_by_day(evidence, day=105)
    assert silent.estimate == 0


def test_groups_never_used_count_only_among_all_created():
    """Twenty of a hundred never had a message."""
    evidence = _plant_groups([None] * 20 + [999] * 80)
    assert lives.estimate_silent_by_day(evidence, day=105).n == 80
    every = lives.estimate_silent_by_day(evidence, day=105, spoke=False)
    assert (every.n, every.estimate) == (100, pytest.approx(0.20))
    with pytest.raises(NotIdentifiableError, match="only groups that were active"):
        lives.estimate_silent_by_day(_plant_groups([999] * 80), day=105, spoke=False)


def test_closed_group_is_silent_closed_or_unseen_by_the_question():
    """Forty wrote to day 100 and were closed on day 110."""
    closed = np.where(np.arange(100) < 40, 110.0 * DAY_US, np.nan)
    evidence = _plant_groups(
        [100] * 40 + [999] * 60,
        closed_us=closed,
        closed_kind=np.where(np.isnan(closed), None, "administrative"),
        end_us=np.where(np.isnan(closed), 1000 * DAY_US, 110 * DAY_US).astype("int64"),
    )
    day = {"day": 365}
    silent = lives.estimate_silent_by_day(evidence, **day, closed=True)
    assert silent.estimate == pytest.approx(0.4)
    assert lives.estimate_silent_by_day(evidence, **day).estimate == 0


def test_restriction_to_some_groups_is_the_same_as_fewer_groups():
    """A part of a source is estimated as if it were all."""
    evidence = _plant_groups([50] * 60 + [999] * 140)
    part = evidence.only(range(100))
    found = lives.estimate_silent_by_day(part, day=105)
    alone = lives.estimate_silent_by_day(_plant_groups([50] * 60 + [999] * 40), day=105)
    assert (found.estimate, found.n) == (alone.estimate, alone.n) == (0.6, 100)


def test_under_three_writers_for_eight_weeks():
    """Fifty lose their third writer on day 100; a month alone is not enough."""
    steps = [
        *({"group": n, "age_day": 0, "posters_28": 5} for n in range(100)),
        *({"group": n, "age_day": 100, "posters_28": 2} for n in range(70)),
        *({"group": n, "age_day": 120, "posters_28": 5} for n in range(50, 70)),
    ]
    rates = pd.DataFrame(steps).assign(messages_28=50).sort_values(["group", "age_day"])
    groups = list_groups(
        100, first_us=0, last_us=999 * DAY_US, early_messages=100, closed_us=np.nan
    )
    evidence = plant(groups, rates=rates, silences=pd.DataFrame(QUICK, dtype="int64"))
    assert lives.estimate_few_writers_by_day(evidence, day=90).estimate == 0
    found = lives.estimate_few_writers_by_day(evidence, day=365)
    assert found.estimate == pytest.approx(0.5)


def test_doubling_time_of_a_planted_network():
    """One birth a hundred group-days doubles in 69 days; ends slow it."""
    quick = networks.compute_doubling(50, 0, 5000, 4000).estimate
    assert quick == pytest.approx(69.3, abs=0.1)
    assert networks.compute_doubling(50, 25, 5000, 5000).estimate > 130
    with pytest.raises(NotIdentifiableError, match="does not grow"):
        networks.compute_doubling(10, 20, 5000, 5000)


def test_several_networks_have_no_share_of_shells_in_common():
    """Each is counted on its own."""
    evidence = _plant_groups([999] * 100, network=["a", "b"] * 50)
    with pytest.raises(FewNetworksError):
        states.count_shells_at_end(evidence)
