"""What exports of groups with known truth come to, through the whole of a run."""

import csv
import random
from datetime import UTC, datetime

import pytest

from helpers.claims import evaluate
from helpers.formats.privacy.pseudonyms import Pseudonyms
from helpers.records import DAY_US, SECOND_US
from tests.simulated import START, groups, study_of
from validation.export_writers import Change, Community, Person, Post

END = 1000  # days after the first births
SIZES = {5: 56, 20: 40, 60: 56, 150: 42}  # members, and groups of so many
MEMBERS, BRIEF = 40, 20  # of a group; who write two messages


@pytest.fixture(scope="module")
def hibernating(tmp_path_factory):
    """Return groups that never die: two weeks of talk, then 75 to 130 days of none."""
    world = groups(70, END, rate=2, pauses=(75, 130), born_days=500)
    return study_of(world, tmp_path_factory.mktemp("hibernating"))


def test_groups_that_pause_are_not_dead(hibernating):
    """A silence that ended is no death, by any definition that votes."""
    found = evaluate("s0-three-month-death", hibernating)

    assert found.word == "CONTRADICTED", found.reason
    assert found.estimate < 0.1


def test_groups_that_pause_do_not_support_failure(hibernating):
    """All failed once, for few posters; nearly all came back, and that is printed."""
    found = evaluate("s1-over-90-fail", hibernating)
    beside = {one.name: one.interval for one in found.beside}

    assert found.low > 0.9
    assert found.word == "INCONCLUSIVE"
    assert found.reason.startswith("SUPPORTED, but not by failed for good")
    assert beside["silence alone"].high < 0.5
    assert beside["failed for good"].high < 0.5
    assert "active again" in found.note


@pytest.fixture(scope="module")
def sized(tmp_path_factory):
    """Return groups of which those with 20 members live longest, members brought."""
    folder = tmp_path_factory.mktemp("sized")
    sizes = [size for size, n in SIZES.items() for _ in range(n)]
    draw = random.Random(3)  # noqa: S311 - a fixed world, nothing secret
    lives = [draw.expovariate(1 / (900 if size == 20 else 120)) for size in sizes]
    lives = [min(life, 420.0) for life in lives]
    world = list(groups(len(sizes), lives, people=4, rate=0.2))
    return study_of(world, folder, tables=_counts(world, sizes, folder))


def _counts(world, sizes, folder):
    """Write members of each group, a count a week."""
    hidden = Pseudonyms(bytes.fromhex("07" * 32))
    place = folder / "tables"
    place.mkdir()
    with (place / "snapshots.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(
            ["key", "day", "members", "joined", "readers", "active", "posts"]
        )
        for community, size in zip(world, sizes, strict=True):
            first = community.happenings[0].time_us
            for week in range(17):
                at = (first + 7 * week * DAY_US) / 1e6
                day = datetime.fromtimestamp(at, UTC).date().isoformat()
                key = hidden.of("group", community.id)
                lines.writerow([key, day, size, "", "", "", ""])
    return place


def test_a_size_with_too_few_groups_at_another_landmark_is_no_disagreement(sized):
    """A third of the sizes cannot be compared at day 56: the others bear it out."""
    found = evaluate("s0-size-10-30-best", sized)
    later = next(one for one in found.specifications if one.name == "landmark 56")

    assert [component is None for component in found.components] == [False] * 4 + [True]
    assert [component is None for component in later.components] == [False] * 3 + [
        True
    ] * 2
    assert later.word == "INCONCLUSIVE"
    assert found.word == "SUPPORTED", found.reason


@pytest.fixture(scope="module")
def talkative(tmp_path_factory):
    """Return groups of forty of whom about eight write nothing, and twenty twice."""
    world = [_talkative(number) for number in range(9)]
    return study_of(world, tmp_path_factory.mktemp("talkative"), form="telegram")


def _talkative(number):
    ids = [f"{100_000 + number * 100 + nth}" for nth in range(MEMBERS)]
    silent = 7 + number % 3
    born = START + 9 * number * DAY_US
    happened = [
        Change(time_us=born + nth * SECOND_US, kind="join", subjects=(one,))
        for nth, one in enumerate(ids)
    ]
    days = [(one, day) for one in ids[silent : silent + BRIEF] for day in (3, 9)]
    days += [(one, day) for one in ids[silent + BRIEF :] for day in range(1, 130, 9)]
    days.sort(key=lambda pair: (pair[1], pair[0]))
    for nth, (one, day) in enumerate(days):
        time = born + day * DAY_US + (3600 + nth) * SECOND_US
        text = ["今天读到第三章", "good point", "谢谢分享"][nth % 3]
        happened.append(Post(id=f"{nth + 1}", time_us=time, sender=one, text=text))
    return Community(
        id=f"{700_000 + number}", name=f"群{number}", owner=ids[-1], members=tuple(ids),
        people=tuple(Person(one, f"成员{one}") for one in ids),
        happenings=tuple(happened),
    )  # fmt: skip


def test_members_who_wrote_little_do_not_count_as_silent(talkative):
    """Seven in ten wrote three messages at most; two in ten none."""
    found = evaluate("s0-lurkers-are-many", talkative)
    little = next(one for one in found.specifications if "at most 3" in one.name)

    assert found.estimate == pytest.approx(0.2)
    assert little.components[0].estimate == pytest.approx(0.7)
    assert found.word == "CONTRADICTED", found.reason
