"""Claims as the product decides them, each evaluated once."""

from __future__ import annotations

from functools import cache

import pytest

from helpers.claims import evaluate
from helpers.study import open_study


@pytest.fixture(scope="session")
def product():
    """Return what the product makes of a claim in a study."""
    return cache(lambda claim, study: evaluate(claim, open_study(study)))
