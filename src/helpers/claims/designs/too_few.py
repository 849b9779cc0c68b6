"""Refusals by count: what a source could show at the most, where that is too little.

A source can be told to have too few units before anybody counts what they did.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Estimator, Finding
from helpers.claims.contract.study_view import Evidence
from helpers.errors import NotIdentifiableError


def too_few(lacking: str) -> Callable[[Callable[[Evidence], gates.Gate]], Estimator]:
    """Make an estimator of what counts the units that a source has at the most.

    It asks whether there could be enough of them, and for more.

    Parameters
    ----------
    lacking
        What nobody recorded of them, said where they would be enough.
    """

    def estimator(most: Callable[[Evidence], gates.Gate]) -> Estimator:
        @wraps(most)
        def refuse(evidence: Evidence) -> Finding:
            gates.passed(most(evidence))
            raise NotIdentifiableError(f"{evidence.name} does not tell {lacking}")

        return refuse

    return estimator
