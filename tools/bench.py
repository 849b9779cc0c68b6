"""Run the speed benchmarks and print how the compared programs relate.

Peers get an environment of their own under build/, from their own lock. `scale`, which
needs gigabytes of disk, runs only if named.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from locked import python_of

USUAL = ("formats", "sentiment", "survival", "groups")


def main(names: list[str]) -> None:
    """Run the named benchmarks, or those that take minutes."""
    environment = {**os.environ, "SHEQUN_PEERS": str(python_of("peers"))}
    for name in names or USUAL:
        script = Path(__file__).with_name(f"bench_{name}.py")
        print(f"── {name}", flush=True)
        subprocess.run([sys.executable, str(script)], env=environment, check=True)  # noqa: S603 - our own script


if __name__ == "__main__":
    main(sys.argv[1:])
