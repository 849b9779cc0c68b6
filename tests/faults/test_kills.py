"""Killed at any moment and run again, an ingest ends in the same bytes.

So do the tables that are made of it, and those that are exported.
"""

import multiprocessing
import shutil
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from helpers.formats import FORMATS
from helpers.formats.convert import convert_exports
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9"),
]
IN_A_ROW = 4  # kills of one ingest; a machine that slows down would never end it


@pytest.fixture(scope="module")
def server():
    """Start processes whose imports are done, so that kills hit the ingest itself."""
    context = multiprocessing.get_context("forkserver")
    formats = [f"helpers.formats.{name}" for name in FORMATS]
    context.set_forkserver_preload(["helpers.own_groups.run", *formats])
    return context


def _killed(server, plan, after):
    """Make a study, kill it after a while; tell whether it was still at work."""
    process = server.Process(target=make_study, args=(plan,))
    process.start()
    process.join(after)
    alive = process.is_alive()
    process.kill()
    process.join()
    assert alive or process.exitcode == 0
    return alive


def _duration(server, plan):
    """Return how long it takes if nobody kills it, imports done."""
    assert not _killed(server, plan, 120)
    shutil.rmtree(plan.out)
    begun = time.monotonic()
    assert not _killed(server, plan, 120)
    return time.monotonic() - begun


@pytest.mark.parametrize(
    ("kills", "many"),
    [(2, 3), pytest.param(200, 30, marks=pytest.mark.long)],
    ids=["few", "many"],
)
def test_killed_ingest_resumes_to_the_same_bytes(
    request, tmp_path, server, kills, many
):
    """However often it is killed, nothing is lost and nothing doubled."""
    write_exports, contents, terms = map(
        request.getfixturevalue, ("write_exports", "contents", "terms")
    )
    exports = write_exports(tmp_path / "exports", many, 400)
    plan = Plan(exports=[exports], out=tmp_path / "whole", terms=terms)
    lasting = _duration(server, plan)
    whole = contents(tmp_path / "whole")
    chance, done, tries = np.random.default_rng(kills), 0, 0
    while done < kills:
        tries += 1
        plan = replace(plan, out=tmp_path / f"out-{tries}")
        for _ in range(IN_A_ROW):
            if not _killed(server, plan, chance.uniform(0, lasting)):
                break
            done += 1
        make_study(plan)
        assert contents(plan.out) == whole
        shutil.rmtree(plan.out)


def test_a_killed_conversion_leaves_whole_files_only(request, tmp_path, server):
    """What bears a name is whole, and the next conversion writes the rest."""
    write_exports, terms = map(request.getfixturevalue, ("write_exports", "terms"))
    exports = sorted(write_exports(tmp_path / "exports", 6, 400).iterdir())
    convert_exports(exports, "chatlab", tmp_path / "whole", key=terms.key)
    whole = {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir()}
    chance, killed = np.random.default_rng(6), 0
    for tries in range(40):
        out = tmp_path / f"out-{tries}"
        process = server.Process(
            target=convert_exports,
            args=(exports, "chatlab", out),
            kwargs={"key": terms.key},
        )
        process.start()
        process.join(chance.uniform(0, 0.4))
        killed += process.is_alive()
        process.kill()
        process.join()
        there = [path for path in out.glob("*") if not path.name.startswith(".")]
        assert all(path.read_bytes() == whole[path.name] for path in there)
        convert_exports(exports, "chatlab", out, key=terms.key)
        again = {path.name: path.read_bytes() for path in out.glob("*.jsonl")}
        assert again == whole
        if killed == 2:
            return
    pytest.fail("it was never killed at work")
