"""What success is made of, what is complained of, and who cannot escape the end."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.definitions.codings import measured, stated
from helpers.claims.definitions.death_definitions import SEED, failure, silent
from helpers.claims.designs.arms import clusters_for, tabled
from helpers.claims.designs.hazards.landmark_codings import compared
from helpers.errors import NotIdentifiableError
from helpers.inference import share_interval
from helpers.survival.bootstrap import bootstrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence
    from helpers.survival import Interval
    from helpers.survival.curves.curve import Floats

__all__ = ["ESTIMATORS"]

ELEMENTS = ("persona", "service", "participation", "monetisation")
TWO_YEARS, HALF_YEAR, LANDMARK = 730.0, 180.0, 28
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


def traits_cohere(evidence: Evidence) -> Finding:
    """Correlate retention, replies, identification and sales over groups, by ranks.

    Posters kept from month to month in days 28–83, replies a message in days 84–181,
    so that two traits of one message cannot meet; the others as they were coded.
    """
    rows, names = _traits(evidence)
    asked = gates.passed(
        gates.groups(len(rows)), gates.clustering(rows["network"], rows["batch"])
    )

    def way(replies: str) -> tuple[Interval, ...]:
        rows, names = _traits(evidence, replies)
        return tuple(
            _spearman(evidence, rows, *pair) for pair in combinations(names, 2)
        )

    pairs = ", ".join(f"{a} with {b}" for a, b in combinations(names, 2))
    return Finding.estimated(
        partial(way, "replies"), f"Spearman's correlations: {pairs}", asked,
        {"explicit replies only": partial(way, "replies_explicit")},
        note="success is defined by some of these traits: partly true by definition",
    )  # fmt: skip


def _traits(
    evidence: Evidence, replies: str = "replies"
) -> tuple[pd.DataFrame, list[str]]:
    months = evidence.months[evidence.months["month"].isin([1, 2])]
    kept = months.groupby("group")[["retained", "posters"]].sum()
    later = evidence.window("84-181").set_index("group")
    columns = {
        "retention": kept["retained"] / kept["posters"].where(kept["posters"] > 0),
        "replies": later[replies] / later["said"].where(later["said"] > 0),
    } | {name: measured(evidence, name) for name in ("identification", "sales")}
    rows = tabled(evidence, **columns)
    return rows, list(columns)


def _spearman(evidence: Evidence, rows: pd.DataFrame, one: str, other: str) -> Interval:
    """Return the correlation of ranks; ranks are those of all groups in each sample."""
    x, y = (
        stats.zscore(rows[name].rank().to_numpy(np.float64)) for name in (one, other)
    )

    def statistic(weights: Floats) -> Floats:
        many = weights.sum(axis=1)
        mx, my = weights @ x / many, weights @ y / many
        both = weights @ (x * y) / many - mx * my
        found: Floats = both / np.sqrt(
            (weights @ x**2 / many - mx**2) * (weights @ y**2 / many - my**2)
        )
        return found

    return bootstrap(
        statistic, clusters_for(evidence, rows["group"]), "identity", seed=SEED
    )


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s0-success-traits-cohere": traits_cohere,
        "s2-inevitable-death": inevitable_death,
        "s2-three-complaints": three_complaints,
    }
)
