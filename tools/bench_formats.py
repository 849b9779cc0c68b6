"""Time every reader on the same simulated group, side by side in one run.

Columns: messages a second through the reader alone, through the boundary (pseudonyms
and masked names), and through the decoder alone, which nothing can beat.

    python tools/bench_formats.py [messages] [writer …]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from helpers.formats import FORMATS, Source
from helpers.formats.boundary import Reading
from helpers.formats.pseudonyms import KEY_BYTES, Pseudonyms
from helpers.simulate.exports import (
    WRITERS,
    Community,
    Person,
    Post,
    pywxdump,
    qce_chunks,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE, START = 200, 1_600_000_000
REAL_PAGE = 50_000  # the writers' own pages are small, for tests
WORDS = (
    "大家好",
    "收到，谢谢群主",
    "明天几点开始？",
    "ok",
    "转发一个链接 https://example.org/a",
)
Row = tuple[str, float, float, float]


def community(messages: int) -> Community:
    """Return a group of two hundred people and `messages` texts, a minute apart."""
    people = tuple(Person(f"{10_000 + n}", f"成员{n}号") for n in range(PEOPLE))
    posts = tuple(
        Post(
            id=f"{70_000_000 + n}",
            time_us=(START + 60 * n) * 10**6,
            sender=people[n * n % PEOPLE].id,
            text=f"{WORDS[n % len(WORDS)]} {n}",
        )
        for n in range(messages)
    )
    return Community(
        id="700", name="基准群", people=people,
        members=tuple(person.id for person in people), happenings=posts,
    )  # fmt: skip


def rate(count: Callable[[], int]) -> float:
    """Return how many a second of one core, the better of two runs."""
    return max(_once(count) for _ in range(2))


def _once(count: Callable[[], int]) -> float:
    started = time.process_time()
    found = count()
    return found / (time.process_time() - started)


def measure(name: str, path: Path, messages: int) -> Row:
    """Return one row of the table."""
    form = FORMATS[WRITERS[name].FORMAT]

    def alone() -> int:
        batches = form.read(Source(path))
        return sum(b.table.num_rows for b in batches if b.kind == "message")

    def through() -> int:
        hidden = Pseudonyms(bytes(KEY_BYTES))
        reading = Reading(Source(path), form, hidden)
        return sum(b.table.num_rows for b in reading if b.kind == "message")

    def decoder() -> int:
        """Decode JSON into plain objects; other formats have no decoder."""
        for file in [path] if path.is_file() else sorted(path.rglob("*.json*")):
            if file.suffix in {".json", ".jsonl"}:
                _decode(file)
        return messages

    is_json = any(path.rglob("*.json*")) or path.suffix in {".json", ".jsonl"}
    return name, rate(alone), rate(through), rate(decoder) if is_json else 0.0


def _decode(file: Path) -> None:
    if file.suffix == ".jsonl":
        msgspec.json.Decoder().decode_lines(file.read_bytes())
    else:
        msgspec.json.decode(file.read_bytes())


def main(words: list[str]) -> None:
    """Print the table."""
    messages = int(words[0]) if words else 200_000
    world = community(messages)
    pywxdump.PAGE = qce_chunks.CHUNK = REAL_PAGE
    print(f"{'writer':<16}{'reader':>12}{'boundary':>12}{'decoder':>12}  (messages/s)")
    for name in words[1:] or WRITERS:
        with tempfile.TemporaryDirectory() as folder:
            path = WRITERS[name].write(world, Path(folder))
            row = measure(name, path, messages)
        rates = "".join(f"{value:>12,.0f}" for value in row[1:])
        print(f"{row[0]:<16}{rates}")


if __name__ == "__main__":
    main(sys.argv[1:])
