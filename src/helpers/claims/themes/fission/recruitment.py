"""Who came, and who brought them."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.definitions.death_definitions import SEED
from helpers.claims.designs.arms import (
    adjusted_difference,
    clusters_for,
    sizes,
    tabled,
    whose,
)
from helpers.claims.designs.rates.count_regression import between
from helpers.claims.designs.units import units
from helpers.claims.themes.offline.meetings_and_events import BROUGHT
from helpers.inference import rate_ratio
from helpers.records import DAY_US
from helpers.survival.bootstrap import bootstrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence
    from helpers.survival import Interval
    from helpers.survival.curves.curve import Floats

__all__ = ["ESTIMATORS", "came", "stayed"]

FIRST_FEW, QUARTER = 20, 0.25
MONTH, SIZED_AT, LATER = 28, 90, 180
LEAST_JOINS = 100
PROMOTED = ("owner", "advertisement")


def came(evidence: Evidence) -> pd.DataFrame:
    """Return dated joins with ages: ``group, joined, left`` (days; nan if still there).

    From the table `arrivals`, or else from `memberships`.
    """
    name = "arrivals" if "arrivals" in evidence.study.manifest.tables else "memberships"
    rows = evidence.table(name).dropna(subset="joined_us")
    groups = evidence.groups.set_index("group")
    born = rows["group"].map(groups["origin_us"])
    return rows.assign(
        joined=(rows["joined_us"] - born) / DAY_US,
        left=(rows["left_us"] - born) / DAY_US,
        until=(rows["group"].map(groups["end_us"]) - born) / DAY_US,
    ).reset_index(drop=True)


def stayed(rows: pd.DataFrame, days: float) -> pd.DataFrame:
    """Return who joined so many days before the end, and whether they stayed."""
    known = rows[rows["joined"] + days <= rows["until"]]
    kept = ~(known["left"] < known["joined"] + days)
    return known.assign(kept=kept.astype("float64")).reset_index(drop=True)


def start_with_friends(evidence: Evidence) -> Finding:
    """Relate members at day 90 to how many of the first 20 were invited by a member."""
    rows = _invited(evidence, FIRST_FEW)
    asked = gates.passed(
        gates.groups(len(rows)), gates.clustering(rows["network"], rows["batch"])
    )

    def way(first: int, day: int) -> Interval:
        rows = _invited(evidence, first, day)
        share = pd.DataFrame({"share": rows["share"] / QUARTER})
        clusters = clusters_for(evidence, rows["group"])
        return between(rows["size"], share, clusters).ratio("share")

    return Finding.estimated(
        partial(way, FIRST_FEW, SIZED_AT),
        "members at day 90 per +0.25 of the first 20 joins that a member invited",
        asked,
        {
            "first 10": partial(way, 10, SIZED_AT),
            "at day 180": partial(way, FIRST_FEW, LATER),
        },
        qualifiers=("association",),
    )


def _invited(evidence: Evidence, first: int, day: int = SIZED_AT) -> pd.DataFrame:
    rows = came(evidence).dropna(subset="channel").sort_values(["group", "joined_us"])
    rows = rows[rows["until"] > day]
    early = rows.groupby("group").head(first)
    by = early.groupby("group")["channel"]
    share = by.agg(lambda channel: channel.isin(BROUGHT).mean())
    there = rows[(rows["joined"] < day) & ~(rows["left"] < day)]
    size = there.groupby("group").size().reindex(share.index, fill_value=0)
    return tabled(evidence, share=share[by.size() == first], size=size)


def core_distributes(evidence: Evidence) -> Finding:
    """Estimate how many invited joins of days 28–179 core members of day 28 brought."""
    rows = _by_core(evidence)
    joins = int(rows[["core", "member"]].to_numpy().sum())
    asked = gates.passed(
        units(len(rows)), gates.clustering(*whose(evidence, rows["group"])),
        gates.Gate("joins", joins >= LEAST_JOINS, f"{joins} joins, 100 needed"),
    )  # fmt: skip

    def way(column: str) -> tuple[Interval, Interval]:
        rows = _by_core(evidence, column)
        clusters = clusters_for(evidence, rows["group"])
        table = rows[["core", "member"]].to_numpy(np.float64)

        def share(weights: Floats) -> Floats:
            core, member = (weights @ table).T
            found: Floats = core / (core + member)
            return found

        return bootstrap(share, clusters, "cloglog", seed=SEED), rate_ratio(
            rows["core"], rows["cores"], rows["member"], rows["others"], clusters,
            seed=SEED,
        )  # fmt: skip

    return Finding.estimated(
        partial(way, "core_8"),
        "joins by invitation in days 28–179 that core members of day 28 brought; then"
        " joins a core member over joins another member",
        asked,
        {name: partial(way, name) for name in ("core_4", "core_12")},
        qualifiers=("association",),
    )


def _by_core(evidence: Evidence, column: str = "core_8") -> pd.DataFrame:
    rows = came(evidence)
    there = rows[(rows["joined"] < MONTH) & ~(rows["left"] < MONTH)]
    months = evidence.months
    cores = months[months["month"] == 0].set_index("group")[column].astype("float64")
    late = rows[rows["joined"].between(MONTH, LATER, "left")]
    brought = pd.crosstab(late["group"], late["channel"])
    brought = brought.reindex(columns=["core", "member"], fill_value=0)
    size = there.groupby("group").size()
    table = tabled(
        evidence, cores=cores, size=size, core=brought["core"],
        member=brought["member"],
    )  # fmt: skip
    others = (table["size"] - table["cores"]).clip(lower=0)
    return table.assign(others=others)[table["cores"] > 0]


def best_promoters(evidence: Evidence) -> Finding:
    """Compare who stayed for 28 days: brought by members, or by owner and adverts.

    Within groups: each is compared with others of the same group.
    """
    rows = _promoted(evidence)
    asked = gates.passed(
        units(rows["group"].nunique()),
        sizes(rows["exposed"], LEAST_JOINS, "joiners"),
        gates.clustering(*whose(evidence, rows["group"])),
    )

    def way(days: float) -> Interval:
        rows = stayed(_promoted(evidence), days)
        by = rows["group"]
        apart = rows[["kept", "exposed"]] - rows.groupby(by)[
            ["kept", "exposed"]
        ].transform("mean")
        clusters = clusters_for(evidence, by)
        return adjusted_difference(apart["kept"], apart[["exposed"]], clusters)

    return Finding.estimated(
        partial(way, float(MONTH)),
        "share still there after 28 days, invited by members less brought by owner or"
        " advertisement, within groups",
        asked,
        {"90 days": partial(way, float(SIZED_AT))}, qualifiers=("association",),
    )  # fmt: skip


def _promoted(evidence: Evidence) -> pd.DataFrame:
    rows = came(evidence)
    rows = rows[rows["channel"].isin([*BROUGHT, *PROMOTED])]
    exposed = rows["channel"].isin(BROUGHT).astype("float64")
    return rows.assign(exposed=exposed).reset_index(drop=True)


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s3-groups-start-with-friends": start_with_friends,
        "s3-users-best-promoters": best_promoters,
        "s4-core-distributes": core_distributes,
    }
)
