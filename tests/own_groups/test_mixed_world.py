"""Groups of several platforms with known lives: curves hold the truth."""

import random
import shutil
from datetime import timedelta

import pytest

import helpers as sq
from helpers.formats.reading.source import Options
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.records import SECOND_US
from helpers.study.store.ingest import Terms
from tests.chats import PEOPLE, at, date_files, tell
from validation.export_writers import WRITERS, Community, Person, Post

GROUPS, SEEDS, LEAST = 300, 100, 95
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
    days = (born + timedelta(EVERY * n) for n in range(messages))
    people = tuple(
        Person(f"{30_000_000 + PEOPLE * number + n}", f"G{number} P{n}")
        for n in range(PEOPLE)
    )
    posts = tuple(
        Post(
            id=f"{10_000 * number + n}",
            time_us=at(day) * SECOND_US,
            sender=people[n % PEOPLE].id,
            text=f"line {n} of {number}",
        )
        for n, day in enumerate(days)
        if day <= made
    )
    stated_us = at(made, 20) * SECOND_US
    group = {"id": f"{800_000 + number}", "name": f"G{number}", "zone": "UTC"}
    told = {"people": people, "happenings": posts, "exported_us": stated_us}
    return Community(**group, **told), made


def write_world(seed, folder):
    """Write three hundred groups in seven formats, of which three say their day."""
    draw = random.Random(seed)  # noqa: S311 - a world of its own
    for number in range(GROUPS):
        community, made = draw_group(draw, number)
        form = draw.choice(STATING if draw.random() < STATED else SILENT)
        room = folder / f"{number:03d}"
        room.mkdir(parents=True)
        WRITERS[form].write(community, room)
        date_files(room, made)
    return folder


def find_share(data):
    """Return the share that outlives the day, with its limits."""
    curve = sq.silence(data).curve().to_frame()
    return tuple(curve[curve["days"] <= DAY].iloc[-1][["survival", "lower", "upper"]])


def estimate(folder, exported):
    """Return the share by a run of a world's files."""
    terms = Terms(options=Options(zone="UTC"), exported=exported)
    plan = Plan(exports=[folder / "in"], out=folder / "out", terms=terms)
    return find_share(make_study(plan)[0])


@pytest.mark.long
def test_curves_hold_the_truth(tmp_path, monkeypatch):
    """A run said .62 (.55 to .68) of a world of .70; the library said .69."""
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path / "config"))
    held = dict.fromkeys((None, "files"), 0)
    for seed in range(SEEDS):
        write_world(seed, tmp_path / "in")
        for exported in held:
            found = estimate(tmp_path, exported)
            held[exported] += found[1] <= ALIVE <= found[2]
            if seed < 1:
                told = {"zone": "UTC", "exported": exported}
                messages = sq.clean(sq.read_messages(tmp_path / "in", **told))
                assert find_share(messages) == pytest.approx(found, abs=1e-12)
        for name in ("in", "out"):
            shutil.rmtree(tmp_path / name)
    assert min(held.values()) >= LEAST
