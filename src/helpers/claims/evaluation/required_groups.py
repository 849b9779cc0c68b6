"""Number of groups needed for a reliable verdict, from the calibration."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from helpers import paths


class DesignSize(NamedTuple):
    """Number of groups at which 80 % of simulated verdicts are correct.

    Attributes
    ----------
    groups
        That size; None if the largest size tried does not suffice.
    tried
        The largest size tried.
    """

    groups: int | None
    tried: int

    def reached(self, n: int) -> bool:
        """Return whether `n` groups suffice for 80 % correct verdicts.

        >>> DesignSize(300, 1000).reached(299), DesignSize(None, 1000).reached(5000)
        (False, False)
        """
        return self.groups is not None and n >= self.groups


def get_design_size(claim_id: str) -> DesignSize | None:
    """Get the number of groups for 80 % correct verdicts in simulations, or None."""
    return _read_sizes().get(claim_id)


@cache
def _read_sizes() -> Mapping[str, DesignSize]:
    path = paths.PROCESSED / "calibration" / "design.csv"
    if not path.is_file():  # an installation without the published tables
        return MappingProxyType({})
    table = pd.read_csv(path)
    rows = table[table["kind"].eq("claim")]
    groups = [None if pd.isna(group) else int(group) for group in rows["groups"]]
    pairs = zip(rows["subject"], map(DesignSize, groups, rows["tried"]), strict=True)
    return MappingProxyType(dict(pairs))
