"""Memory stays put however long an export is, one huge JSON document included."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import paths
from pipeline.validation.export_writers import WRITERS

BENCH = paths.ROOT / "tools" / "bench_formats.py"
FEW, MANY = 100_000, 400_000
MOST_MB, GROWTH_MB = 500, 60  # at 10 M messages: what grows must be a buffer's filling


def bench(*words: object) -> str:
    """Return what the benchmark printed."""
    command = [sys.executable, str(BENCH), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def peak_mb(name: str, messages: int, folder: Path) -> float:
    """Return the peak memory of a process that reads so many messages."""
    folder.mkdir()
    path = bench("write", name, messages, folder).strip()
    return json.loads(bench("race", name, path))["peak"]


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="not Linux")
@pytest.mark.parametrize("name", sorted(WRITERS))
def test_memory_does_not_grow_with_the_messages(name, tmp_path):
    """Four times the messages take no more memory, give or take a buffer."""
    few = peak_mb(name, FEW, tmp_path / "few")
    many = peak_mb(name, MANY, tmp_path / "many")
    assert many < MOST_MB
    assert many - few < GROWTH_MB
