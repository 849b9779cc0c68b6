"""Run the speed benchmarks in one go, each beside the program it is compared with.

Readers against whatstk and chat-miner, tone against SnowNLP, Kaplan–Meier and Cox
against statsmodels; `shequn run` on one group, 300 groups and 2,000 files; one million
messages. Peers get an environment of their own under build/, from their own lock.

    python tools/bench.py [--ten] [--make SECONDS]

``--ten`` adds ten million messages (4 GB of disk); ``--make`` notes what `make` took.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from locked import python_of

MOST_MAKE = 150  # seconds, after downloads on two quiet cores


def main() -> None:
    """Run all benchmarks, one after the other."""
    parser = argparse.ArgumentParser(description="Run the speed benchmarks.")
    parser.add_argument("--ten", action="store_true", help="also ten million messages")
    parser.add_argument("--make", type=float, help="seconds that `make` took")
    chosen = parser.parse_args()
    environment = {**os.environ, "SHEQUN_PEERS": str(python_of("peers"))}
    for name in ("formats", "sentiment", "survival", "groups", "scale"):
        script = Path(__file__).with_name(f"bench_{name}.py")
        words = ["1", "10"] if name == "scale" and chosen.ten else []
        command = [sys.executable, str(script), *words]
        subprocess.run(command, env=environment, check=True)  # noqa: S603 - our own script
        print(flush=True)
    if chosen.make is not None:
        print(f"make: {chosen.make:.0f} s, at most {MOST_MAKE}")


if __name__ == "__main__":
    main()
