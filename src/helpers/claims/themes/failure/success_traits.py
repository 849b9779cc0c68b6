"""What is complained of, and who cannot escape the end."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.definitions.codings import stated
from helpers.claims.definitions.death_definitions import SEED, failure, silent
from helpers.claims.designs.arms import clusters_for, tabled
from helpers.claims.designs.hazards.landmark_codings import compared
from helpers.errors import NotIdentifiableError
from helpers.inference import share_interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence
    from helpers.survival import Interval

__all__ = ["ESTIMATORS"]

ELEMENTS = ("persona", "service", "participation", "monetisation")
TWO_YEARS = 730.0
HALF_YEAR = 180.0
LANDMARK = 28
FEW_POST = 0.10
SEVERAL = 2


def inevitable_death(evidence: Evidence) -> Finding:
    """Estimate how many groups with none of four elements are dead by two years.

    The elements are coded by day 28, participation from days 0–27; the hazard ratio is
    that of none against two and more.
    """
    have = _elements(evidence)
    asked = gates.passed(*_followed(evidence, have, TWO_YEARS))
    first = compared(evidence, _none_or_several(have), LANDMARK)
    told = first.finding("none of four elements against two and more")

    def way(horizon: float, names: tuple[str, ...] = ELEMENTS) -> tuple[Interval, ...]:
        some = have[list(names)]
        ratio = compared(evidence, _none_or_several(some), LANDMARK).hazard_ratio()
        return _dead(evidence, some, horizon), ratio

    return Finding.estimated(
        partial(way, TWO_YEARS),
        f"dead by 730 d of those with none of four elements; {told.definition}",
        (*asked, *told.gates),
        {
            "at 365 d": partial(way, 365.0),
            **{
                f"without {name}": partial(
                    way, TWO_YEARS, tuple(each for each in ELEMENTS if each != name)
                )
                for name in ELEMENTS
            },
        },
        beside=told.beside, qualifiers=told.qualifiers, note=told.note,
    )  # fmt: skip


def _elements(evidence: Evidence) -> pd.DataFrame:
    columns = {name: stated(evidence, name, LANDMARK) for name in ELEMENTS}
    return pd.DataFrame(columns).dropna()


def _none_or_several(have: pd.DataFrame) -> pd.Series[float]:
    many = have.sum(axis=1)
    return many.eq(0).astype("float64").where(many.eq(0) | many.ge(SEVERAL))


def _followed(
    evidence: Evidence, have: pd.DataFrame, horizon: float
) -> tuple[gates.Gate, ...]:
    lives = silent(evidence).lives
    none = have.index[have.sum(axis=1) == 0]
    return gates.failure(lives.where(np.isin(lives.group, none)), horizon)


def _dead(evidence: Evidence, have: pd.DataFrame, horizon: float) -> Interval:
    ends = silent(evidence)
    keep = np.isin(ends.lives.group, have.index[have.sum(axis=1) == 0])
    ends = ends._replace(lives=ends.lives.where(keep), competing=ends.competing[keep])
    return failure(ends, horizon)


def three_complaints(evidence: Evidence) -> Finding:
    """Estimate how many groups are dead at 180 days, hardly written in, or unsold.

    The third leg is None where conversions are not recorded.
    """
    ends = silent(evidence)
    asked = gates.passed(*gates.failure(ends.lives, HALF_YEAR))
    quiet = _hardly_written_in(evidence)
    passed = asked + gates.passed(gates.groups(len(quiet)))
    unsold = _unsold(evidence)

    def way(w_days: float, few: float) -> tuple[Interval | None, ...]:
        dead = failure(silent(evidence, w_days=w_days), HALF_YEAR)
        clusters = clusters_for(evidence, quiet["group"])
        share = share_interval(quiet["share"] < few, clusters, seed=SEED)
        return dead, share, unsold

    return Finding.estimated(
        partial(way, 60.0, FEW_POST),
        "dead by 180 d; under 10 % of members wrote in days 152–179; no conversion by"
        " then",
        passed,
        {
            "W = 90": partial(way, 90.0, FEW_POST),
            "under 5 % of members": partial(way, 60.0, FEW_POST / 2),
        },
        qualifiers=("proxy",),
    )


def _hardly_written_in(evidence: Evidence) -> pd.DataFrame:
    rows = evidence.window("152-179").set_index("group")
    members = rows["members"].astype("float64").where(rows["members"] > 0)
    return tabled(evidence, share=rows["spoke"].fillna(0) / members)


def _unsold(evidence: Evidence) -> Interval | None:
    try:
        sold = stated(evidence, "conversion", HALF_YEAR)
    except NotIdentifiableError:
        return None
    rows = tabled(evidence, sold=sold)
    clusters = clusters_for(evidence, rows["group"])
    return share_interval(1 - rows["sold"], clusters, seed=SEED)


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s2-inevitable-death": inevitable_death,
        "s2-three-complaints": three_complaints,
    }
)
