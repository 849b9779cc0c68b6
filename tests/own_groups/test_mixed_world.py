"""Groups of several platforms with known lives: curves hold the truth.

Said before it was computed (30 November 2026): of 200 worlds that nobody had looked
at, with the seeds 1000 to 1199, the 95 % interval of the share that outlives day 105
holds the truth in 190 or more. It is read twice, with files that do not say their day
left out and with their dates given; each reading counts for itself. Seen before: of
seeds 0 to 259 without these dates it held 249, of the first hundred 94.

Missed: 183 without these dates and 187 with them, of the same worlds. In five of them
estimate and limits were those of Kaplan and Meier with Greenwood's variance on the
log(-log) scale, to the last digit. So the next is said before it is computed: of
20,000 worlds drawn as numbers, with the seed 20261130, these limits hold the truth in
.945 or more. Seen before: .951 with one silence of 60 days for every group. Held: .954.

Two hundred worlds scatter by three, so one more is said before it is computed: of
2,000 worlds of groups with messages, with the seeds 2000 to 3999 that nobody had looked
at, the interval holds the truth in .945 or more, in each of the two readings. Held:
.958 without these dates, .9615 with them, above and below the truth alike.
"""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import helpers as sq
from helpers.formats.reading.source import Options
from helpers.library.observation import add_observation
from helpers.observed import Sighting, observe_groups
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.records import SECOND_US
from helpers.store.ingest import Terms
from pipeline.validation.export_writers import WRITERS, Community, Person
from tests.chats import PEOPLE, at, date_files, tell, write_posts

GROUPS, SEEDS = 300, range(2000, 4000)
WORLDS, LEAST = 20_000, 0.945  # drawn as numbers, and the share that must hold
SOON = 1e-6  # days
DAY, ALIVE = 105, 0.7  # of a group's life, and the share that outlives it
EVERY = 5  # days between messages
GOES_ON = ALIVE ** (1 / (DAY // EVERY + 1))  # with the next of them
STATING = ("chatlab", "chatlab_lines", "discord")
STATED = 0.7  # of the exports
SILENT = ("whatsapp", "telegram", "matrix", "transcript")  # on the day of their export
BEGAN = tell("2022-01-01")


def draw_group(draw, number):
    """Return a group of some life, exported some time later, and the day of that."""
    messages = 1
    while draw.random() < GOES_ON:
        messages += 1
    born = BEGAN + timedelta(draw.randrange(900))
    made = born + timedelta(draw.randrange(70, 800))
    days = [born + timedelta(EVERY * n) for n in range(messages)]
    days = [day for day in days if day <= made]
    people = tuple(
        Person(f"{30_000_000 + PEOPLE * number + n}", f"G{number} P{n}")
        for n in range(PEOPLE)
    )
    posts = write_posts(days, people, 10_000 * number, f"line {{}} of {number}")
    stated_us = at(made, 20) * SECOND_US
    group = {"id": f"{800_000 + number}", "name": f"G{number}", "zone": "UTC"}
    told = {"people": people, "happenings": posts, "exported_us": stated_us}
    return Community(**group, **told), made


def draw_world(seed):
    """Draw three hundred groups, with the day and format of the export of each."""
    draw = random.Random(seed)  # noqa: S311 - a world of its own
    for number in range(GROUPS):
        community, made = draw_group(draw, number)
        form = draw.choice(STATING if draw.random() < STATED else SILENT)
        yield community, made, form


def write_world(world, folder):
    """Write groups in seven formats, of which three say their day."""
    for number, (community, made, form) in enumerate(world):
        room = folder / f"{number:03d}"
        room.mkdir(parents=True)
        WRITERS[form].write(community, room)
        date_files(room, made)


def sight(community, form, given):
    """Return what the export of a group shows of when it was observed."""
    times = [post.time_us for post in community.posts]
    made_us = community.exported_us
    return Sighting(
        group=community.id,
        program=form,
        first_us=times[0],
        last_us=times[-1],
        low_us=times[-1],
        stated_us=made_us if form in STATING else None,
        dated_us=made_us,
        given=given,
    )


def observe_world(world, given):
    """Return a world's messages, and until when its groups were observed."""
    rows = [
        (post.time_us, community.id, post.sender)
        for community, _, _ in world
        for post in community.posts
    ]
    messages = pd.DataFrame(rows, columns=["time", "group", "sender"])
    times = pd.to_datetime(messages["time"], unit="us", utc=True)
    seen = observe_groups([sight(one, form, given) for one, _, form in world])
    return add_observation(messages.assign(time=times), seen)


def find_share(data):
    """Return the share that outlives the day, with its limits."""
    curve = sq.silence(data).curve().to_frame()
    return tuple(curve[curve["days"] <= DAY].iloc[-1][["survival", "lower", "upper"]])


def limit_share(days, ended):
    """Return the share that outlives the day, with its limits, as a textbook does."""
    times = EVERY * np.arange(DAY // EVERY + 1)[:, None]
    deaths = (ended & (np.abs(days - times) < SOON)).sum(axis=1)
    risk = (days >= times - SOON).sum(axis=1)
    share = np.prod(1 - deaths / risk)
    spread = np.sqrt(np.sum(deaths / (risk * (risk - deaths))))
    reach = np.exp(stats.norm.ppf(0.975) * spread / np.log(share) * np.array([-1, 1]))
    return share, *(share**reach)


def watch(messages, made_days):
    """Return how long groups lived or were followed, and which have ended."""
    seen = np.minimum(messages, made_days // EVERY + 1)
    early = np.minimum(seen, -(-28 // EVERY))
    followed = made_days + 10 / 24 - np.clip(6 * 28 / early, 60, 180)
    lived = EVERY * (seen - 1.0)
    ended = lived < followed
    days = np.where(ended, lived, followed)
    return days[days >= 0], ended[days >= 0]


def watch_world(world):
    """Return the same of those groups of a world whose exports state their day."""
    groups = [(c, made) for c, made, form in world if form in STATING]
    born = [
        datetime.fromtimestamp(c.posts[0].time_us / SECOND_US, UTC) for c, _ in groups
    ]
    spans = [
        (made - day.date()).days for (_, made), day in zip(groups, born, strict=True)
    ]
    return watch(np.array([len(c.posts) for c, _ in groups]), np.array(spans))


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_limits_are_those_of_a_textbook(seed):
    """To the last digit, so that what holds for these holds for a run."""
    world = [*draw_world(seed)]
    right = limit_share(*watch_world(world))
    assert find_share(observe_world(world, None)) == pytest.approx(right, abs=1e-12)


def test_limits_hold_the_truth():
    """In as many worlds as they say."""
    draw = np.random.default_rng(20261130)
    held = 0
    for _ in range(WORLDS):
        groups = draw.binomial(GROUPS, STATED)
        messages = draw.geometric(1 - GOES_ON, groups)
        _, low, high = limit_share(*watch(messages, draw.integers(70, 800, groups)))
        held += low <= ALIVE <= high
    assert held / WORLDS >= LEAST


@pytest.mark.long
@pytest.mark.parametrize("given", [None, "files"])
def test_curves_hold_the_truth(given):
    """A run said .62 (.55 to .68) of a world of .70."""
    found = [find_share(observe_world([*draw_world(seed)], given)) for seed in SEEDS]
    held = np.mean([low <= ALIVE <= high for _, low, high in found])
    assert held >= LEAST
    assert np.mean([share for share, *_ in found]) == pytest.approx(ALIVE, abs=0.01)


@pytest.mark.parametrize(
    ("groups", "seed", "given"),
    [
        (60, 0, None),
        pytest.param(GROUPS, 0, "files", marks=pytest.mark.long),
        *(pytest.param(GROUPS, n, None, marks=pytest.mark.long) for n in range(6)),
    ],
)
def test_a_run_reads_the_same_curve_from_the_files(
    tmp_path, monkeypatch, groups, seed, given
):
    """The library said .69 of it."""
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path / "config"))
    world = [*draw_world(seed)][:groups]
    write_world(world, tmp_path / "in")
    terms = Terms(options=Options(zone="UTC"), exported=given)
    plan = Plan(exports=[tmp_path / "in"], out=tmp_path / "out", terms=terms)
    right = pytest.approx(find_share(observe_world(world, given)), abs=1e-12)
    assert find_share(make_study(plan)[0]) == right
    told = {"zone": "UTC", "exported": given}
    assert find_share(sq.clean(sq.read_messages(tmp_path / "in", **told))) == right
