"""Fixtures: the product's verdict on each claim, evaluated once."""

from __future__ import annotations

from functools import cache

import pytest

from helpers.claims import evaluate
from helpers.study import open_study


@pytest.fixture(scope="session")
def product():
    """Return a function that evaluates a claim on a study by the product."""
    return cache(lambda claim, study: evaluate(claim, open_study(study)))
