"""Run every benchmark; each measures its sides in one run and prints ratios.

Peers get an environment of their own under build/, from their own lock.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "build" / "peers"
LOCK = ROOT / "requirements" / "peers.txt"


def peers_python() -> Path:
    """Return the interpreter that has the peers, installing them the first time."""
    python = PEERS / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = PEERS / "lock.txt"
    if not stamp.exists() or stamp.read_text() != LOCK.read_text():
        venv.create(PEERS, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--require-hashes"]
        subprocess.run([*pip, "-r", str(LOCK)], check=True)  # noqa: S603 - a fixed command
        stamp.write_text(LOCK.read_text())
    return python


def main(names: list[str]) -> None:
    """Run the benchmarks named, or all of them."""
    environment = {**os.environ, "SHEQUN_PEERS": str(peers_python())}
    for script in sorted(Path(__file__).parent.glob("bench_*.py")):
        if names and script.stem.removeprefix("bench_") not in names:
            continue
        print(f"── {script.stem.removeprefix('bench_')}", flush=True)
        subprocess.run([sys.executable, str(script)], env=environment, check=True)  # noqa: S603 - our own script


if __name__ == "__main__":
    main(sys.argv[1:])
