"""Fixtures: the product's verdict on each claim, computed once for all tests."""

from __future__ import annotations

import pytest

from helpers.claims.evaluation.verdict_store import load_verdict
from helpers.study import open_study


@pytest.fixture(scope="module")
def product(kept_verdicts):  # noqa: ARG001 - is read from there
    """Return a function that gives the product's verdict on a claim in a study."""
    return lambda claim, study: load_verdict(claim, open_study(study))
