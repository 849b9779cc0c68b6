"""Where the raw corpora lie, and tests that read them."""

import pytest

from helpers.paths import ROOT

SHARED = ROOT.parent / "shared" / "corpora"
there = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the raw corpora (../shared/corpora) are not here"
)


def needs_raw(test):
    """Mark a test that reads the raw corpora: it is skipped where they are not."""
    return pytest.mark.raw(pytest.mark.shared(there(test)))
