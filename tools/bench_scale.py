"""Time the way from exports to tables for one to fifty million messages.

Every size is a process of its own; its memory is that of all its processes together,
as /proc tells. Beside it the plainest pandas makes one of the tables, daily counts,
of one million messages that are in memory already.

    python tools/bench_scale.py [million …]      (1 10 50: 13 GB, some ten minutes)
    python tools/bench_scale.py english [million]    (`shequn run --no-claims` of 3)
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from scale_world import GROUPS, exports_of

MILLION = 1_000_000
SIZES, SECONDS, MEGABYTES, GROWTH = (1, 10, 50), 120, 2000, 1.1
ENGLISH, RUN_SECONDS, RUN_MEGABYTES = 3, 90, 1500  # of `shequn run`, in millions
EVERY = 0.1  # seconds between looks at memory


def studied(exports: Path, room: Path) -> None:
    """Read exports into a store and build the study's tables."""
    from helpers.own_groups.user_study import (  # noqa: PLC0415
        UserMetadata,
        publish_tables,
    )
    from helpers.study.store.ingest import Terms, ingest_exports  # noqa: PLC0415

    (room / "key").write_text("07" * 32, encoding="ascii")
    began = time.perf_counter()
    done = ingest_exports([exports], room / "store", Terms(key=room / "key"))
    read = time.perf_counter() - began
    study = publish_tables(done.exports, room / "study", UserMetadata())
    rows = {name: facts.rows for name, facts in study.manifest.tables.items()}
    print(json.dumps({"read": read, "rows": rows}))


def ran(exports: Path, room: Path) -> None:
    """Run `shequn run` without claims, from exports to cards and CSV files."""
    from helpers.cli import main as run  # noqa: PLC0415

    (room / "key").write_text("07" * 32, encoding="ascii")
    words = ["run", str(exports), "-o", str(room / "out")]
    with contextlib.redirect_stdout(sys.stderr):
        run([*words, "--key", str(room / "key")])
    print(json.dumps({"read": 0.0}))


def plain(exports: Path) -> None:
    """Compute the same with pandas and all messages in memory."""
    import pandas as pd  # noqa: PLC0415

    from helpers.formats import read_export  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as room:
        key = Path(room) / "key"
        key.write_text("07" * 32, encoding="ascii")
        tables = [
            batch.table.to_pandas()
            for path in sorted(exports.iterdir())
            for batch in read_export(path, key=key)
            if batch.kind == "message"
        ]
    messages = pd.concat(tables, ignore_index=True)
    day = messages["time_us"] // (86_400 * 10**6)
    by = messages.assign(day=day).groupby(["group", "day"], observed=True)
    daily = by.agg(messages=("time_us", "size"), posters=("sender", "nunique"))
    print(json.dumps({"read": 0.0, "rows": {"daily": len(daily)}}))


def measured(*words: str) -> dict[str, float]:
    """Run one measurement in a child process; return seconds and memory."""
    before = os.times()
    began, peak = time.perf_counter(), 0.0
    command = [sys.executable, __file__, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own script
        while process.poll() is None:
            peak = max(peak, memory_mb(process.pid))
            time.sleep(EVERY)
        told = json.loads(process.stdout.read() if process.stdout else "")
    after = os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    return {"wall": time.perf_counter() - began, "cpu": cpu, "peak": peak, **told}


def memory_mb(pid: int) -> float:
    """Return the memory of a process and its children in MB.

    What two share, such as libraries, counts half for each.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return 0.0
    return own / 1024 + sum(memory_mb(int(child)) for child in children)


def told(name: str, found: dict[str, float]) -> None:
    """Print one row of measurements."""
    print(
        f"{name:<24}{found['wall']:>9.1f}{found['cpu']:>9.1f}{found['read']:>9.1f}"
        f"{found['peak']:>9,.0f}",
        flush=True,
    )


def main(words: list[str]) -> None:
    """Print the table of times by size, or run one measurement."""
    if words[:1] == ["studied"]:
        studied(Path(words[1]), Path(words[2]))
    elif words[:1] == ["ran"]:
        ran(Path(words[1]), Path(words[2]))
    elif words[:1] == ["plain"]:
        plain(Path(words[1]))
    elif words[:1] == ["english"]:
        english(int(words[1]) if words[1:] else ENGLISH)
    else:
        compare([int(word) for word in words] or list(SIZES))


def english(millions: int) -> None:
    """Print time and memory of `shequn run` on English messages."""
    print(f"{GROUPS:,} groups; at most {RUN_SECONDS} s and {RUN_MEGABYTES:,} MB at 3 M")
    print(f"{'messages':<24}{'wall s':>9}{'CPU s':>9}{'read s':>9}{'peak MB':>9}")
    exports = exports_of(millions * MILLION, english=True)
    with tempfile.TemporaryDirectory(dir=exports.parent) as room:
        told(f"{millions} M, English", measured("ran", str(exports), room))


def compare(sizes: list[int]) -> None:
    """Print times by size, cost per further message, and plain pandas."""
    print(f"{GROUPS:,} groups; at most {SECONDS} s and {MEGABYTES:,} MB at 10 M")
    print(f"{'messages':<24}{'wall s':>9}{'CPU s':>9}{'read s':>9}{'peak MB':>9}")
    found = {}
    for size in sizes:
        exports = exports_of(size * MILLION)
        room = Path(tempfile.mkdtemp(dir=exports.parent))
        try:
            found[size] = measured("studied", str(exports), str(room))
        finally:
            shutil.rmtree(room)
        told(f"{size} M", found[size])
    told("1 M, plain pandas", measured("plain", str(exports_of(MILLION))))
    for column in ("wall", "cpu"):
        growth(sizes, [found[size][column] for size in sizes], column)


def growth(sizes: list[int], seconds: list[float], column: str) -> None:
    """Print the cost per further million messages, and its growth."""
    steps = pairwise(zip(sizes, seconds, strict=True))
    each = [(late - early) / (b - a) for (a, early), (b, late) in steps]
    costs = ", ".join(f"{one:.2f}" for one in each)
    more = "".join(f" ({b / a:.2f} ×, at most {GROWTH})" for a, b in pairwise(each))
    print(f"{column} seconds a further million: {costs}{more}")


if __name__ == "__main__":
    main(sys.argv[1:])
