"""Time the way from exports of 2,000 groups to tables, for one or ten million messages.

Every size is a process of its own; its memory is that of all its processes together,
as /proc tells.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scale_world import GROUPS, ROOT, exports_of

MILLION = 1_000_000
# by millions of messages: CPU seconds, seconds and megabytes at most
MOST = {1: (25, None, None), 10: (150, 90, 2000)}
EVERY = 0.1  # seconds between looks at memory


def studied(exports: Path, room: Path) -> None:
    """Read exports into a store and build the study's tables."""
    from helpers.own_groups.user_study import (  # noqa: PLC0415
        UserMetadata,
        publish_tables,
    )
    from helpers.store.ingest import Terms, ingest_exports  # noqa: PLC0415

    (room / "key").write_text("07" * 32, encoding="ascii")
    began = time.perf_counter()
    done = ingest_exports([exports], room / "store", Terms(key=room / "key"))
    read = time.perf_counter() - began
    study = publish_tables(done.exports, room / "study", UserMetadata())
    print(json.dumps({"read": read, "tables": len(study.manifest.tables)}))


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


def main(words: list[str]) -> None:
    """Print the table of times by size, or run one measurement."""
    if words[:1] == ["studied"]:
        studied(Path(words[1]), Path(words[2]))
        return
    print(f"{f'tables of {GROUPS:,} groups':<24}{'CPU s':>9}{'clock s':>9}", end="")
    print(f"{'of read':>9}{'peak MB':>9}   at most")
    for millions in map(int, words or ["1"]):
        exports = exports_of(millions * MILLION)
        with tempfile.TemporaryDirectory(dir=ROOT / "build") as room:
            found = measured("studied", str(exports), room)
        most = " / ".join("–" if m is None else f"{m:,}" for m in MOST[millions])
        print(
            f"{f'{millions} M messages':<24}{found['cpu']:>9.1f}{found['wall']:>9.1f}"
            f"{found['read']:>9.1f}{found['peak']:>9,.0f}   {most}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
