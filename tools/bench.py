"""Run every speed benchmark and print how the compared programs relate.

Peers get an environment of their own under build/, from their own lock.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from locked import python_of


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all of them."""
    environment = {**os.environ, "SHEQUN_PEERS": str(python_of("peers"))}
    for script in sorted(Path(__file__).parent.glob("bench_*.py")):
        if names and script.stem.removeprefix("bench_") not in names:
            continue
        print(f"── {script.stem.removeprefix('bench_')}", flush=True)
        subprocess.run([sys.executable, str(script)], env=environment, check=True)  # noqa: S603 - our own script


if __name__ == "__main__":
    main(sys.argv[1:])
