"""Running every notebook again gives what is committed."""

from __future__ import annotations

import platform
import sys

import pytest

from helpers import paths
from helpers.site import Run, compare, execute

pytestmark = pytest.mark.notebook

# the bytes of floats are promised where the lock was made; elsewhere their values
LOCKED = sys.platform == "linux" and platform.machine() == "x86_64"


def test_notebooks_run_again_to_the_same_outputs(tmp_path):
    """Text and numbers are equal; pictures differ by no more than one percent."""
    studies = tuple(paths.study_folders())
    executed = execute(Run(paths.NOTEBOOKS, studies, tmp_path))
    assert executed
    differences = {
        path.name: found
        for path in executed
        if (found := compare(path, paths.NOTEBOOKS / path.name, exact=LOCKED))
    }
    assert not differences
