"""The committed notebooks show what running them again shows."""

import platform
import sys

import pytest

from helpers import paths
from helpers.claims.evaluation.verdict_store import kept_in, make_verdicts
from helpers.site.comparison import compare
from helpers.site.execution import Run, execute
from helpers.study import open_studies

LOCKED = sys.platform == "linux" and platform.machine() == "x86_64"


@pytest.mark.notebook
def test_running_the_notebooks_again_changes_nothing_a_reader_sees():
    """Each committed notebook equals its execution on the committed tables."""
    run = Run(paths.NOTEBOOKS, tuple(paths.study_folders()), paths.BUILD)
    with kept_in(run.out / "verdicts"):  # as the site does: each is computed once
        make_verdicts(open_studies(run.studies))
        done = execute(run)
    differences = [
        line
        for executed in done
        for line in compare(executed, paths.NOTEBOOKS / executed.name, exact=LOCKED)
    ]
    assert not differences, "run `make notebooks` and look at what changed"
