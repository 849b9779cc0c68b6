"""Simulate chat groups with given properties; export them in six chat formats.

``python -m pipeline.validation.demo [FOLDER]`` writes them.

Most of the groups fall silent for good within seven weeks; the others stay lively, with
many who write and many who answer, until the exports are made. So whoever reads the
exports must find: most die within three months and a half, far fewer than nine in ten
fail, more than five in a hundred succeed, and those that live have many centres.
"""

import random
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.paths import RAW
from helpers.records import DAY_US, MINUTE_US, SECOND_US
from pipeline.validation.export_writers import WRITERS, Change, Community, Person, Post
from pipeline.validation.export_writers.rendering import build_snowflake

SEED = 20240601
GROUPS, SHORT_LIVED = 84, 58
FORMATS = ("chatlab", "weflow", "qce", "telegram", "discord", "slack")
START_US = 1_672_531_200 * SECOND_US  # 2023-01-01
BORN_DAYS, WATCHED_DAYS = 150, 560  # births spread; until the exports are made
DYING = (14, 48)  # days that the short-lived live
MESSAGES_A_DAY, PEOPLE, ANSWERS = 1.3, 9, 0.55
STAMPED = (2024, 8, 1, 0, 0, 0)
SAID = (
    "今天读到第三章", "这个问题我也遇到过", "谢谢分享", "周末有空吗", "资料发群里了",
    "good point", "see you tomorrow", "who has the notes?", "+1", "明天见",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Life:
    """Plan of a simulated group: its start and the day it becomes inactive."""

    number: int
    born_us: int
    days: float


def _build_lives(draw: random.Random) -> list[_Life]:
    end = START_US + WATCHED_DAYS * DAY_US
    short = set(draw.sample(range(GROUPS), SHORT_LIVED))
    lives = []
    for number in range(GROUPS):
        born = START_US + int(draw.uniform(0, BORN_DAYS) * DAY_US)
        whole = (end - born) / DAY_US
        days = draw.uniform(*DYING) if number in short else whole
        lives.append(_Life(number, born // SECOND_US * SECOND_US, days))
    return lives


def _build_community(life: _Life, draw: random.Random) -> Community:
    first = 100_000 + life.number * PEOPLE
    people = tuple(
        Person(f"{first + number}", f"成员{first + number}") for number in range(PEOPLE)
    )
    posts = tuple(_simulate_posts(life, people, draw))
    joined = Change(
        time_us=life.born_us, kind="join", actor=people[0].id, subjects=(people[1].id,)
    )
    return Community(
        id=build_snowflake(life.born_us, life.number),
        name=f"演示群{life.number + 1:02d}",
        people=people,
        owner=people[0].id,
        members=tuple(person.id for person in people),
        happenings=(joined, *posts),
        exported_us=START_US + WATCHED_DAYS * DAY_US,
    )


def _simulate_posts(
    life: _Life, people: tuple[Person, ...], draw: random.Random
) -> Iterator[Post]:
    """Yield a simulated group's messages at random times, half of them replies."""
    time, before, number = life.born_us + MINUTE_US, None, 0
    while time <= life.born_us + life.days * DAY_US:
        sender = draw.choice([person.id for person in people if person.id != before])
        answers = number > 0 and draw.random() < ANSWERS
        yield Post(
            id=f"{life.number * 10_000 + number + 1}",
            time_us=time,
            sender=sender,
            text=draw.choice(SAID),
            reply_to=f"{life.number * 10_000 + number}" if answers else None,
        )
        before, number = sender, number + 1
        gap = draw.expovariate(MESSAGES_A_DAY)
        time += max(int(gap * 86_400), 1) * SECOND_US


def write_demo(folder: Path) -> list[Path]:
    """Write the demo exports as ZIP files and return their paths.

    The same world gives the same files inside; the compressed bytes are zlib's own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draw, written = random.Random(SEED), []  # noqa: S311 - a fixed world, nothing secret
    for number, life in enumerate(_build_lives(draw)):
        community = _build_community(life, draw)
        form = FORMATS[number % len(FORMATS)]
        path = folder / f"{form}-{number + 1:02d}.zip"
        with tempfile.TemporaryDirectory() as room:
            WRITERS[form].write(community, Path(room))
            _pack_folder(Path(room), path)
        written.append(path)
    return written


def _pack_folder(room: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(inside for inside in room.rglob("*") if inside.is_file()):
            name = file.relative_to(room).as_posix()
            entry = zipfile.ZipInfo(name, STAMPED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())


if __name__ == "__main__":
    write_demo(Path(sys.argv[1]) if len(sys.argv) > 1 else RAW / "demo")
