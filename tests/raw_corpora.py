"""Where the raw corpora lie, and tests that read them."""

import pandas as pd
import pytest

from helpers.paths import ROOT

SHARED = ROOT.parent / "shared" / "corpora"
there = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the raw corpora (../shared/corpora) are not here"
)


def read_whole(source, file, **options):
    """Read a raw table of a source, with the quarter of it that was kept aside."""
    parts = [SHARED / source / file, SHARED / source / "heldout_quarter" / file]
    return pd.concat([pd.read_csv(part, **options) for part in parts])


def needs_raw(test):
    """Mark a test that reads the raw corpora: it is skipped where they are not."""
    return pytest.mark.raw(pytest.mark.shared(there(test)))
