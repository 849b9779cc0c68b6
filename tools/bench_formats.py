"""Measure the reading speed of every chat format on the same simulated group.

Messages a second of one core by CPU time, each side in a process of its own that reads
once to warm up: the reader alone; through the boundary (pseudonyms, masked names);
msgspec on whole JSON files, into plain objects that nobody looks at, for the distance
to it; and peers where they read the format, in the interpreter that SHEQUN_PEERS names.
Ours run without the collector, as they do in use; peers as they come.

    python tools/bench_formats.py [messages] [writer …]
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from validation.export_writers import Community

PEOPLE, START, MESSAGES = 200, 1_600_000_000, 1_000_000
WARM = 5_000  # messages: fewer are read without the compiler
REAL_PAGE = 50_000  # the writers' own pages are small, for tests
WORDS = (  # nine words and more, as people write; shorter ones flatter a reader
    "who has time on friday evening, the room is free from seven on",
    "I think that we should ask the others first, last week nobody came",
    "大家好，明天晚上七点我们在老地方见面，请带上上周发的那份资料",
    "here is the link to the notes of yesterday https://example.org/a/notes",
    "sorry, the train is late again so please start without me this time",
)
TARGETS = {"json": 350_000, "text": 250_000, "whatstk": 6, "chat-miner": 15}
COLUMNS = ("reader", "boundary", "decoder")
PEERS = {
    "whatstk": {  # which refuses files over 50 MiB unless told otherwise
        "whatsapp": "from whatstk import WhatsAppChat as C\n"
        "count = lambda path: len(C.from_source(filepath=path, max_size=None).df)"
    },
    "chat-miner": {
        name: f"from chatminer.chatparsers import {parser} as P\n"
        "def count(path):\n"
        "    parser = P(path)\n"
        "    parser.parse_file()\n"
        "    return len(parser.parsed_messages.get_df())"
        for name, parser in (
            ("whatsapp", "WhatsAppParser"),
            ("telegram", "TelegramJsonParser"),
        )
    },
}
RACE = """
import json, sys, time
started = time.process_time()
rows = count(sys.argv[1])
seconds = time.process_time() - started
print(json.dumps({"rate": rows / seconds}))
"""


def community(messages: int, *, listed: bool) -> Community:
    """Simulate a group of two hundred people with some messages."""
    from validation.export_writers import Community, Person, Post  # noqa: PLC0415

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
    members = tuple(person.id for person in people) if listed else ()
    return Community(
        id="700", name="基准群", people=people, members=members, happenings=posts
    )


def write(name: str, messages: int, folder: Path) -> None:
    """Write the simulated group as a chat export and print its path."""
    from helpers.demo import qq, wechat  # noqa: PLC0415
    from validation.export_writers import WRITERS  # noqa: PLC0415

    wechat.PAGE = qq.CHUNK = REAL_PAGE
    # a realm lists a receipt for every member and message: those are not raced here
    group = community(messages, listed=name != "zulip_realm")
    print(WRITERS[name].write(group, folder))


def race(name: str, column: str, path: Path, messages: int) -> None:
    """Read a chat export and print messages per second and peak memory."""
    count = counting(name, column, path, messages)
    if column != "decoder":  # compiled code is loaded by the first reading
        with tempfile.TemporaryDirectory() as folder:
            small = subprocess.run(  # noqa: S603  our own script
                [sys.executable, __file__, "write", name, str(WARM), folder],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            counting(name, column, Path(small.stdout.strip()), WARM)()
    gc.disable()  # as the boundary does
    started = time.process_time()
    rate = count() / (time.process_time() - started)
    print(json.dumps({"rate": rate, "peak": peak_mb()}))


def peak_mb() -> float:
    """Return the peak memory of this process in MB; 0 if unknown."""
    status = Path("/proc/self/status")  # getrusage counts the parent's as well
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(one.split()[1]) / 1024 for one in lines if "VmHWM" in one)


def counting(name: str, column: str, path: Path, messages: int) -> Callable[[], int]:
    """Return a function that reads the export and counts its messages."""
    from helpers.formats import FORMATS, Source  # noqa: PLC0415
    from helpers.formats.privacy.boundary import Reading  # noqa: PLC0415
    from helpers.formats.privacy.pseudonyms import KEY_BYTES, Pseudonyms  # noqa: PLC0415
    from validation.export_writers import WRITERS  # noqa: PLC0415

    if column == "decoder":
        return lambda: decoded(path, messages)
    form = FORMATS[WRITERS[name].format]
    source = Source(path, WRITERS[name].options)
    hidden = Pseudonyms(bytes(KEY_BYTES))
    batches = form.read(source) if column == "reader" else Reading(source, form, hidden)
    return lambda: sum(b.table.num_rows for b in batches if b.kind == "message")


def decoded(path: Path, messages: int) -> int:
    """Decode JSON files completely into Python objects, for comparison."""
    import msgspec  # noqa: PLC0415

    for file in json_files(path):
        if file.suffix == ".jsonl":
            msgspec.json.Decoder().decode_lines(file.read_bytes())
        else:
            msgspec.json.decode(file.read_bytes())
    return messages


def json_files(path: Path) -> list[Path]:
    """Return the JSON files of a chat export."""
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    return [file for file in files if file.suffix in {".json", ".jsonl"}]


def run(python: str, *words: str) -> str:
    """Run this script in a child process and return its output."""
    done = subprocess.run(  # noqa: S603  our own words
        [python, *words], capture_output=True, text=True, check=True
    )
    return done.stdout


def compared(name: str, messages: int) -> None:
    """Print the speed of one format, and its ratio to other programs."""
    with tempfile.TemporaryDirectory() as folder:
        here = [sys.executable, __file__]
        path = run(*here, "write", name, str(messages), folder).strip()
        columns = COLUMNS if json_files(Path(path)) else COLUMNS[:2]
        found = {
            column: json.loads(run(*here, "race", name, column, path, str(messages)))
            for column in columns
        }
        peers = {
            peer: json.loads(
                run(os.environ["SHEQUN_PEERS"], "-c", by[name] + RACE, path)
            )
            for peer, by in PEERS.items()
            if name in by and "SHEQUN_PEERS" in os.environ
        }
    ours = found["boundary"]
    least = TARGETS["json" if len(columns) == len(COLUMNS) else "text"]
    rates = "".join(
        f"{found[c]['rate']:>12,.0f}" if c in found else " " * 12 for c in COLUMNS
    )
    print(f"{name:<16}{rates}{ours['peak']:>9,.0f}{least:>10,}", end="")
    for peer, its in peers.items():
        ratio = ours["rate"] / its["rate"]
        print(f"   {ratio:.1f} × {peer} (≥ {TARGETS[peer]})", end="")
    print(flush=True)


def main(words: list[str]) -> None:
    """Print the table of reading speeds, or run one measurement."""
    if words[:1] == ["write"]:
        write(words[1], int(words[2]), Path(words[3]))
    elif words[:1] == ["race"]:
        race(words[1], words[2], Path(words[3]), int(words[4]))
    else:
        from validation.export_writers import WRITERS  # noqa: PLC0415

        print(
            f"{'messages/s':<16}{'reader':>12}{'boundary':>12}{'decoder':>12}", end=""
        )
        print(f"{'peak MB':>9}{'at least':>10}")
        for name in words[1:] or WRITERS:
            compared(name, int(words[0]) if words else MESSAGES)


if __name__ == "__main__":
    main(sys.argv[1:])
