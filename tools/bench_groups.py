"""Time `shequn run` on one group, 300 groups and 2,000 short files, up to the page.

Each run is a process of its own; CPU seconds count all of its children.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

# groups, messages of each, CPU seconds at most
SIZES = ((1, 20_000, 5), (300, 500, 60), (2_000, 6, 20))
YEARS = 2  # that an export covers at most
PEOPLE, SEED = 40, 1
WORDS = ("who", "has", "time", "on", "friday", "the", "room", "is", "free")


def write_exports(folder: Path, groups: int, messages: int) -> None:
    """Write simulated WhatsApp chats of some groups."""
    rng = random.Random(SEED)  # noqa: S311 - simulated
    gap = min(300, YEARS * 365 * 24 * 60 / messages)  # minutes
    folder.mkdir()
    for group in range(groups):
        moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=group)
        lines = []
        for _ in range(messages):
            moment += timedelta(minutes=rng.expovariate(1 / gap))
            said = " ".join(rng.choices(WORDS, k=9))
            who = f"Person {rng.randrange(PEOPLE)}"
            lines.append(f"{moment:%Y/%m/%d, %H:%M} - {who}: {said}\n")
        file = folder / f"WhatsApp Chat with Group {group}.txt"
        file.write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Print seconds by the clock and of CPU for each number of groups."""
    print(f"{'shequn run':<34}{'clock s':>9}{'CPU s':>8}{'at most':>9}")
    for groups, messages, most in SIZES:
        with tempfile.TemporaryDirectory() as room:
            exports = Path(room, "exports")
            write_exports(exports, groups, messages)
            command = [sys.executable, "-m", "helpers.cli", "run", str(exports)]
            command += ["-o", str(Path(room, "out"))]
            own = os.environ | {"SHEQUN_CONFIG": room}  # with a key of its own
            began, used = time.perf_counter(), sum(os.times()[2:4])
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=own)  # noqa: S603 - our own command
            clock, cpu = time.perf_counter() - began, sum(os.times()[2:4]) - used
            name = f"{groups:,} groups, {groups * messages:,} messages"
            print(f"{name:<34}{clock:>9.1f}{cpu:>8.1f}{most:>9}", flush=True)


if __name__ == "__main__":
    main()
