"""Members who never write: who is counted, and what the limits are of."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities import lurkers
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from tests.claims.planted import list_groups, plant


def _plant_roster(rows):
    names = ["members", "lurkers", "gone_silent", "gone_spoke"]
    roster = pd.DataFrame(rows, columns=names).assign(within_days=84, engaged=np.nan)
    return plant(list_groups(len(rows)), roster=roster.assign(group=range(len(rows))))


def test_groups_weigh_alike_and_people_only_if_asked():
    """One huge silent channel beside seven talkative ones."""
    room = _plant_roster([(10_000, 9000, 0, 0), *[(20, 4, 0, 0)] * 7])
    mean = lurkers.estimate_silent_members(room)
    people = lurkers.estimate_silent_members(room, by_people=True)
    assert mean.estimate == pytest.approx((0.9 + 7 * 0.2) / 8)
    assert people.estimate == pytest.approx(9028 / 10_140)


def test_who_had_written_and_left_is_no_member_of_the_period():
    """40 of the 80 who stayed; the limits know of the 20 who left."""
    found = lurkers.estimate_silent_members(_plant_roster([(100, 40, 0, 20)]))
    assert found.estimate == 0.5


def test_places_that_had_longer_to_see_people_do_not_count():
    """Who was followed for years is seen again sooner or later."""
    rows = [(84, 100, 10), (366, 900, 800)]
    table = pd.DataFrame(rows, columns=["followed_from", "lurkers", "seen_28"])
    table = table.assign(group=0, lurkers_are="silent")
    found = lurkers.estimate_visited_again(plant(list_groups(1), seen_again=table))
    assert (found.estimate, found.n) == (0.1, 100)


def test_a_person_silent_in_many_rooms_is_one_person():
    """The limits are those of the fewest people that there can be."""
    rows = pd.DataFrame({"group": range(10), "lurkers": 30, "lurkers_elsewhere": 15})
    rows = rows.assign(speakers=10, speakers_elsewhere=5)
    found = lurkers.estimate_wrote_elsewhere(plant(list_groups(10), elsewhere=rows))
    assert (found.n, found.clusters) == (300, 30)
    assert found.high - found.low > 0.3


def test_members_silent_here_and_writing_there_are_found():
    """Twenty lurkers, five of whom write in the other channel."""
    people = [(0, one) for one in range(21)] + [(1, one) for one in range(5)]
    members = pd.DataFrame(people, columns=["group", "member"])
    members = members.assign(joined_us=10 * DAY_US, left_us=np.nan)
    talk = [(0, 20, day) for day in range(10, 94)]  # one talks, so that others can lurk
    talk += [(1, one, day) for one in range(5) for day in range(10, 94)]
    days = pd.DataFrame(talk, columns=["group", "member", "day"]).assign(messages=1)
    room = plant(list_groups(2), memberships=members, member_days=days)
    found = lurkers.estimate_wrote_elsewhere(room)
    assert (found.estimate, found.n) == (0.25, 20)


def test_mails_bound_the_silent_from_below():
    """Ten mails of thirty members are at most ten who wrote, eleven at most eleven."""
    first = int(np.datetime64("2020-01-01").astype(int))
    days = [first, first + 35, first + 70]
    daily = pd.DataFrame({"group": np.repeat(range(8), 3), "day": days * 8})
    counts = pd.DataFrame({"group": range(8), "day": first - 1, "members": 30.0})
    room = plant(
        list_groups(8, days=40_000),
        daily=daily.assign(messages=[4, 3, 3] * 4 + [5, 3, 3] * 4),
        snapshots=counts,
    )
    assert lurkers.estimate_without_mail(room).estimate == pytest.approx(39 / 60)
    late = plant(
        list_groups(8, days=first + 60),
        daily=daily.assign(messages=4),
        snapshots=counts,
    )
    with pytest.raises(NotIdentifiableError, match="0 quarters"):
        lurkers.estimate_without_mail(late)
