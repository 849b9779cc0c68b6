"""Write simulated groups as chat exports of eight formats, in several sizes.

A few groups a format are simulated message by message. Each is then written many times
over with other ids of its group, people and messages, so that ten million messages
take seconds; every tenth copy shares its people, as circles of groups do.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from helpers.files import replace_folder
from helpers.records import SECOND_US
from pipeline.validation.export_writers import WRITERS, Community, Person, Post

ROOT = Path(__file__).resolve().parents[1]
GROUPS, COPIES, CIRCLE = 2000, 50, 10
FORMATS = (
    "chatlab", "chatlab_lines", "weflow", "qce", "telegram", "discord", "memotrace_csv",
    "qq",
)  # fmt: skip
START, DAY = 1_600_000_000, 86_400
PEOPLE, LIVES, ANSWERS = (12, 120), (30, 700), 0.3  # people, days, share that quotes
# what stands for the number of a copy in ids and names
SNOWFLAKE, PERSON, MESSAGE, NAME = "7542000000000", "9191000", "8282000", "群00000号"
WORDS = (
    "今天读到第三章", "这个问题我也遇到过", "谢谢分享", "周末有空吗", "资料发群里了",
    "good point", "see you tomorrow", "who has the notes?", "明天几点开始", "收到",
    "我觉得还是先把规则定下来比较好", "有没有人一起打卡", "链接在这里 https://example.org",
)  # fmt: skip


def exports_of(messages: int) -> Path:
    """Return a folder of exports with a number of messages, writing it once."""
    folder = ROOT / "build" / "scale" / f"{messages}"
    if not folder.is_dir():
        with replace_folder(folder) as partial:
            for number in range(GROUPS // COPIES):
                _write(number, messages // GROUPS, partial)
    return folder


def _write(number: int, messages: int, folder: Path) -> None:
    """Write the export of one simulated group, and copies of it."""
    form = FORMATS[number % len(FORMATS)]
    with tempfile.TemporaryDirectory() as room:
        path = WRITERS[form].write(_community(number, messages), Path(room))
        content, name = path.read_bytes(), path.name
    for copy in range(COPIES):
        one = number * COPIES + copy
        changed, place = content, f"{one:04d}-{form}{path.suffix}"
        for old, new in _names(one).items():
            changed = changed.replace(old.encode(), new.encode())
        if NAME in name:  # it tells the group
            place = name.replace(NAME, _names(one)[NAME])
        (folder / place).write_bytes(changed)


def _names(one: int) -> dict[str, str]:
    """Return new ids for a copy, each as long as the one it replaces."""
    return {
        SNOWFLAKE: f"{SNOWFLAKE[:4]}{one:09d}",
        PERSON: f"{PERSON[:4]}{one // CIRCLE:03d}",
        MESSAGE: f"{MESSAGE[:3]}{one:04d}",
        NAME: f"群{one:05d}号",
    }


def _community(number: int, messages: int) -> Community:
    draw = np.random.default_rng(number)
    size = int(draw.integers(*PEOPLE))
    people = tuple(
        Person(f"{PERSON}{n:03d}", f"成员{PERSON}{n:03d}") for n in range(size)
    )
    return Community(
        id=f"{SNOWFLAKE}12345",
        name=NAME,
        people=people,
        owner=people[0].id,
        members=tuple(person.id for person in people),
        happenings=tuple(_posts(draw, people, messages)),
    )


def _posts(
    draw: np.random.Generator,
    people: tuple[Person, ...],
    messages: int,
) -> Iterator[Post]:
    """Yield messages in bursts over a group's life."""
    life = draw.uniform(*LIVES) * DAY
    gaps = draw.exponential(size=messages) ** 2
    times = START + draw.uniform(0, LIVES[1] * DAY - life)
    times = np.floor(times + np.cumsum(gaps) * (life / gaps.sum())).astype(int)
    busy = 1 / np.arange(1, len(people) + 1)
    senders = draw.choice(len(people), messages, p=busy / busy.sum())
    words = draw.integers(len(WORDS), size=(messages, 2))
    back = draw.integers(1, 1 + max(int(math.sqrt(messages)), 1), messages)
    quotes = draw.random(messages) < ANSWERS
    for n in range(messages):
        quoted, (one, other) = n - int(back[n]), words[n]
        yield Post(
            id=f"{MESSAGE}{n:06d}",
            time_us=int(times[n]) * SECOND_US,
            sender=people[senders[n]].id,
            text=f"{WORDS[one]}，{WORDS[other]} {n}" if n else NAME,
            reply_to=f"{MESSAGE}{quoted:06d}" if quotes[n] and quoted >= 0 else None,
        )
