"""How many independent units an interval needs at the least."""

from __future__ import annotations

from helpers.claims.contract.gates import Gate
from helpers.survival.clusters import FEWEST_NETWORKS


def units(number: int, what: str = "groups", least: int = FEWEST_NETWORKS) -> Gate:
    """Ask for as many units as an interval over networks asks for.

    >>> units(7)
    Gate(name='groups', passed=False, detail='7 groups, 8 needed')
    """
    name = what.split(maxsplit=1)[0]
    return Gate(name, number >= least, f"{number} {what}, {least} needed")
