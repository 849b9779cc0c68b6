"""Race the readers of WhatsApp and Telegram against whatstk and chat-miner.

Messages a second of one core by CPU time, through the boundary (pseudonyms, masked
names), which the others do not have; each side in a process of its own. Ours read once
to warm up, and without the collector, as they do in use; peers as they come, in the
interpreter that SHEQUN_PEERS names. The best of rounds taken in turn.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.validation.export_writers import Community

PEOPLE, START, MESSAGES = 200, 1_600_000_000, 100_000
WARM = 5_000  # messages: fewer are read without the compiler
ROUNDS = 3
REAL_PAGE = 50_000  # the writers' own pages are small, for tests
WORDS = (  # nine words and more, as people write; shorter ones flatter a reader
    "who has time on friday evening, the room is free from seven on",
    "I think that we should ask the others first, last week nobody came",
    "大家好，明天晚上七点我们在老地方见面，请带上上周发的那份资料",
    "here is the link to the notes of yesterday https://example.org/a/notes",
    "sorry, the train is late again so please start without me this time",
)
NAMES = ("whatsapp", "telegram")
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
    from pipeline.validation.export_writers import Community, Person, Post  # noqa: PLC0415

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
    from pipeline.validation.export_writers import WRITERS, rendering  # noqa: PLC0415

    rendering.SIZES |= {"page": REAL_PAGE, "chunk": REAL_PAGE}
    # a realm lists a receipt for every member and message: those are not raced here
    group = community(messages, listed=name != "zulip_realm")
    print(WRITERS[name].write(group, folder))


def race(name: str, path: Path) -> None:
    """Read a chat export and print messages per second and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        small = run(sys.executable, __file__, "write", name, str(WARM), folder)
        count_messages(name, Path(small.strip()))  # which loads compiled code
    gc.disable()  # as the boundary does
    started = time.process_time()
    rate = count_messages(name, path) / (time.process_time() - started)
    print(json.dumps({"rate": rate, "peak": peak_mb()}))


def peak_mb() -> float:
    """Return the peak memory of this process in MB; 0 if unknown."""
    status = Path("/proc/self/status")  # getrusage counts the parent's as well
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(one.split()[1]) / 1024 for one in lines if "VmHWM" in one)


def count_messages(name: str, path: Path) -> int:
    """Read an export through the boundary; return the number of its messages."""
    from helpers.formats import FORMATS, Source  # noqa: PLC0415
    from helpers.formats.privacy.boundary import Reading  # noqa: PLC0415
    from helpers.formats.privacy.pseudonyms import KEY_BYTES, Pseudonyms  # noqa: PLC0415
    from pipeline.validation.export_writers import WRITERS  # noqa: PLC0415

    form, options = FORMATS[WRITERS[name].format], WRITERS[name].options
    reading = Reading(Source(path, options), form, Pseudonyms(bytes(KEY_BYTES)))
    return sum(b.table.num_rows for b in reading if b.kind == "message")


def run(python: str, *words: str) -> str:
    """Run this script in a child process and return its output."""
    done = subprocess.run(  # noqa: S603  our own words
        [python, *words], capture_output=True, text=True, check=True
    )
    return done.stdout


def compare(name: str) -> None:
    """Print the speed of one format, ours and that of other programs."""
    with tempfile.TemporaryDirectory() as folder:
        here = [sys.executable, __file__]
        path = run(*here, "write", name, str(MESSAGES), folder).strip()
        raced = {"": [*here, "race", name, path]} | {
            peer: [os.environ["SHEQUN_PEERS"], "-c", by[name] + RACE, path]
            for peer, by in PEERS.items()
            if name in by
        }
        best = dict.fromkeys(raced, 0.0)
        for side in [*raced] * ROUNDS:  # in turn: other work flatters neither
            best[side] = max(best[side], json.loads(run(*raced[side]))["rate"])
    ours = best.pop("")
    line = f"{name:<12}{ours:>10,.0f}"
    for peer, its in best.items():
        line += f"   {its:>8,.0f} {peer} (ours {ours / its:.1f} ×)"
    print(line, flush=True)


def main(words: list[str]) -> None:
    """Print the table of reading speeds, or run one measurement."""
    if words[:1] == ["write"]:
        write(words[1], int(words[2]), Path(words[3]))
    elif words[:1] == ["race"]:
        race(words[1], Path(words[2]))
    else:
        print(f"{'messages/s':<12}{'ours':>10}   others, on {MESSAGES:,} messages")
        for name in NAMES:
            compare(name)


if __name__ == "__main__":
    main(sys.argv[1:])
