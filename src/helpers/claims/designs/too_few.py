"""Refusals by count: what a source could show at the most, where that is too little.

A source can be told to have too few units before anybody counts what they did.
"""

from __future__ import annotations

from collections.abc import Callable

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Estimator, Finding
from helpers.claims.contract.study_view import Evidence
from helpers.errors import NotIdentifiableError


def too_few(most: Callable[[Evidence], gates.Gate], lacking: str) -> Estimator:
    """Return an estimator that asks whether there could be enough units, and for more.

    Parameters
    ----------
    most
        Counts the units that a source has at the most: the register's gate.
    lacking
        What nobody recorded of them, said where they would be enough.
    """

    def refuse(evidence: Evidence) -> Finding:
        gates.passed(most(evidence))
        raise NotIdentifiableError(f"{evidence.name} does not tell {lacking}")

    return refuse
