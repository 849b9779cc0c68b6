"""Killed at any moment and run again, an ingest ends in the same bytes."""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import time

import numpy as np
import pytest

from helpers.formats import FORMATS
from helpers.study.ingest import ingest

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9"),
]


@pytest.fixture(scope="module")
def server():
    """Start processes whose imports are done, so that kills hit the ingest itself."""
    context = multiprocessing.get_context("forkserver")
    formats = [f"helpers.formats.{name}" for name in FORMATS]
    context.set_forkserver_preload(["helpers.study.ingest", *formats])
    return context


def _killed(server, work, after):
    """Run an ingest, kill it after a while; tell whether it was still at work."""
    process = server.Process(target=ingest, args=work)
    process.start()
    process.join(after)
    alive = process.is_alive()
    process.kill()
    process.join()
    assert alive or process.exitcode == 0
    return alive


def _duration(server, work):
    """Return how long an ingest takes that nobody kills, imports done."""
    assert not _killed(server, work, 120)
    shutil.rmtree(work[1])
    begun = time.monotonic()
    assert not _killed(server, work, 120)
    return time.monotonic() - begun


@pytest.mark.parametrize(
    ("kills", "many"),
    [(15, 12), pytest.param(200, 45, marks=pytest.mark.long)],
    ids=["few", "many"],
)
def test_a_killed_ingest_goes_on_to_the_same_bytes(
    request, tmp_path, server, kills, many
):
    """However often it is killed, nothing is lost and nothing doubled."""
    write_exports, contents = map(
        request.getfixturevalue, ("write_exports", "contents")
    )
    terms = request.getfixturevalue("terms")
    exports = write_exports(tmp_path / "exports", many, 400)
    lasting = _duration(server, ([exports], tmp_path / "whole", terms))
    whole = contents(tmp_path / "whole")
    chance, done, tries = np.random.default_rng(kills), 0, 0
    while done < kills:
        tries += 1
        store = tmp_path / f"store-{tries}"
        work = ([exports], store, terms)
        while _killed(server, work, chance.uniform(0, lasting)):
            done += 1
        ingest(*work)
        assert contents(store) == whole
