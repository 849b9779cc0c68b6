"""Deaths by posters, by traffic, by closure, and by whatever comes first."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities import deaths
from helpers.records import DAY_US
from tests.claims.registers import registry

BY_POSTERS = [
    (((0, 9, 5), (100, 5, 2)), 100),  # the day on which it first holds
    (((0, 9, 2), (900, 5, 2)), 28),  # read from day 28 on
    (((0, 9, 5), (100, 5, 2), (127, 9, 5)), None),  # 27 days are not enough
    (((0, 9, 5), (100, 5, 2), (128, 9, 5)), 100),
    (((0, 9, 5), (950, 5, 2)), None),  # after END − 56 nothing is read
    (((40, 9, 5),), None),  # 12 silent days after day 28
    (((60, 9, 5),), 28),  # 32 silent days after day 28
]
BY_RATE = [
    (((0, 50, 5), (100, 4, 2)), 100),
    (((0, 50, 5), (100, 5, 2)), None),  # a tenth is not under a tenth
    (((0, 30, 5), (100, 4, 2), (300, 50, 9)), None),  # the peak lies in the past
]
NO_SILENCES = pd.DataFrame({"group": [], "start_us": [], "end_us": []}).astype("int64")


def groups(last, *, end=1000, closed=None, kind=None):
    """Return one group per last message (in days), watched from day 0 on."""
    days = np.array(last, float)
    return registry(
        len(last), end, closed=np.array([closed] * len(last), float), last=days,
        first_us=np.where(np.isnan(days), np.nan, 0.0), closed_kind=kind,
        early_messages=100,
    )  # fmt: skip


def rates(*steps):
    """Return trailing counts of group 0 from (age day, messages, posters)."""
    columns = ["age_day", "messages_28", "posters_28"]
    return pd.DataFrame(steps, columns=columns).assign(group=0)


@pytest.mark.parametrize(
    ("way", "steps", "death"),
    [(deaths.define_by_posters, *one) for one in BY_POSTERS]
    + [(deaths.define_by_rate, *one) for one in BY_RATE],
)
def test_group_dies_when_posters_or_traffic_fall_below_the_threshold(way, steps, death):
    """Death is the first day of 28 with under three posters, or a tenth of the peak."""
    lives = way(groups([990]), rates(*steps)).lives

    assert lives.ended[0] == (death is not None)
    assert lives.durations[0] == (944 if death is None else death)


def test_group_active_again_after_failure_counts_as_revived():
    """First passage is not absorbing: who came back is told."""
    lives = deaths.define_by_posters(
        groups([990]), rates((0, 9, 5), (100, 5, 2), (200, 9, 5))
    ).lives

    assert lives.revived.tolist() == [True]


def test_traffic_needs_a_peak():
    """A group that never had six messages in 28 days cannot be judged by its peak."""
    with pytest.raises(Exception, match="no group"):
        deaths.define_by_rate(groups([990]), rates((0, 5, 3), (100, 0, 0)))


def test_closure_does_not_end_observation():
    """A group closed for itself stays silent; a notice to all censors it."""
    own = groups([400], end=420, closed=420, kind="administrative")
    own.loc[1] = own.loc[0]
    own.loc[1, ["group", "end_us", "last_us"]] = [1, 1000 * DAY_US, 990 * DAY_US]
    notice = groups([400], end=420, closed=420, kind="notice")

    assert deaths.define_by_silence(own, NO_SILENCES).lives.ended.tolist() == [
        True,
        False,
    ]
    assert deaths.define_by_silence(notice, NO_SILENCES).lives.ended.tolist() == [False]


@pytest.mark.parametrize(
    ("last", "competes", "age"), [(390, True, 400), (100, False, 100)]
)
def test_completed_group_is_a_competing_event_not_a_failure(last, competes, age):
    """A course that ends is no failure, unless it had fallen silent long before."""
    course = groups([last], closed=400, kind="completed")
    ends = deaths.define_by_silence(course, NO_SILENCES)

    assert ends.competing.tolist() == [competes]
    assert ends.lives.durations.tolist() == [age]


def test_failure_date_is_the_earliest_of_all_criteria():
    """Posters thin at 100, silence follows at 400: failed at 100."""
    tables, thin = (groups([400]), NO_SILENCES), rates((0, 9, 5), (100, 5, 2))

    assert deaths.define_by_failure(*tables, thin).lives.durations.tolist() == [100]
    assert deaths.define_by_failure(*tables, None).lives.durations.tolist() == [400]


def test_never_active_is_dead_at_0():
    """A group that was created and never spoke is dead at once, however it is told."""
    silent = groups([None, 990])
    steps = rates((0, 50, 5)).assign(group=1)

    assert deaths.define_by_posters(silent, steps).lives.durations[0] == 0
    assert deaths.define_by_rate(silent, steps).lives.durations[0] == 0


def test_state_at_a_date():
    """A stretch covers its first day and not the day it stops."""
    found = pd.DataFrame({"group": [0], "start": [100.0], "stop": [200.0]})
    ages = [99.0, 100.0, 199.9, 200.0]

    inside = [deaths.find_state_at(found, pd.Series([a], index=[0]))[0] for a in ages]
    assert inside == [False, True, True, False]
