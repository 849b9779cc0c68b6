"""Silent members in other venues, through a whole run: none used two, or some did."""

from helpers.claims import evaluate
from helpers.records import DAY_US, SECOND_US
from tests.simulated import START, study_of
from validation.export_writers import Change, Community, Person, Post

CLAIM, N_GROUPS, N_PEOPLE, TALKERS = "s0-lurkers-talk-elsewhere", 4, 30, 10
DAYS = 200


def _people(number):
    ids = [f"{100_000 + 100 * number + nth}" for nth in range(N_PEOPLE)]
    return tuple(Person(one, f"成员{one}") for one in ids)


def _group(number, guests=()):
    """Simulate a group: ten members talk, twenty say nothing; guests write once."""
    people = _people(number)
    joined = [
        Change(time_us=START + nth * SECOND_US, kind="join", subjects=(one.id,))
        for nth, one in enumerate((*people, *guests))
    ]
    talk = [
        Post(
            id=f"{number * 10_000 + day}", time_us=START + day * DAY_US,
            sender=people[day % TALKERS].id, text="good point",
        )
        for day in range(1, DAYS)
    ]  # fmt: skip
    said = [
        Post(
            id=f"{number * 10_000 + 5_000 + nth}", sender=one.id, text="hello",
            time_us=START + 5 * DAY_US + nth * SECOND_US,
        )
        for nth, one in enumerate(guests)
    ]  # fmt: skip
    everybody = (*people, *guests)
    return Community(
        id=f"{700_000 + number}", name=f"群{number}", people=everybody,
        owner=people[0].id, members=tuple(one.id for one in everybody),
        happenings=tuple(sorted([*joined, *talk, *said], key=lambda one: one.time_us)),
    )  # fmt: skip


def _verdict(folder, n_guests):
    """Return the verdict where so many silent members of a group write in the next."""
    guests = [
        _people((number + 1) % N_GROUPS)[TALKERS : TALKERS + n_guests]
        for number in range(N_GROUPS)
    ]
    communities = [_group(number, guests[number]) for number in range(N_GROUPS)]
    return evaluate(CLAIM, study_of(communities, folder, "telegram"))


def test_members_of_only_one_venue_are_untestable(tmp_path):
    """Everybody was in one group only, so that a share of zero says nothing."""
    found = _verdict(tmp_path, 0)

    assert found.word == "UNTESTABLE"
    assert "members who wrote in another venue, 1 needed" in found.reason


def test_few_who_talk_elsewhere_are_a_lower_bound(tmp_path):
    """A tenth of the silent write in another group: shown, and not a contradiction."""
    found = _verdict(tmp_path, 2)

    assert 0 < found.estimate < 0.3
    assert found.word == "INCONCLUSIVE"
    assert {"lower bound", "one-sided"} <= set(found.qualifiers)
