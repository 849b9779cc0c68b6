"""Whether one factor accounts for most of who is alive at half a year."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.beginnings import FIRST_WEEKS
from helpers.claims.definitions.codings import kinds, measured
from helpers.claims.definitions.death_definitions import silent
from helpers.claims.definitions.spans import HALF_YEAR, MONTH
from helpers.claims.designs.arms import tabled
from helpers.claims.designs.importance.largest_share import largest_share
from helpers.claims.designs.importance.shapley import logistic_gain
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.survival import Interval, clusters_of

LEAST_FAMILIES = 4


@estimates("s1-many-factors-no-single")
def no_single_factor(evidence: Evidence) -> Finding:
    """Estimate the largest Shapley share of what families of measures explain.

    Size, core, owner, content, advertisements, type and year of founding, all of days
    0–27 or before; a family that a study cannot show is left out and named.
    """
    rows, families = _followed_groups(evidence)
    named = ", ".join(families)
    passed = gates.passed(
        gates.groups(len(rows)),
        gates.units(len(families), f"families ({named})", LEAST_FAMILIES),
        gates.clustering(rows["network"], rows["batch"]),
    )  # fmt: skip
    others = {
        f"without {name}": partial(
            _largest, rows, {k: v for k, v in families.items() if k != name}
        )
        for name in families
    }
    return Finding.estimated(
        partial(_largest, rows, families),
        f"largest share of what {named} explain of being alive at 180 d, groups alive"
        " at day 28",
        passed, others, qualifiers=("association",),
    )  # fmt: skip


def _followed_groups(evidence: Evidence) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Return groups alive at day 28 and followed for 180 days, with their measures."""
    lives = silent(evidence).lives
    keep = (lives.entry == 0) & (lives.potential >= HALF_YEAR)
    lives = lives.where(keep & (lives.durations > MONTH))
    alive = pd.Series((lives.durations >= HALF_YEAR).astype(float), lives.group)
    measures = _measures(evidence)
    kind = pd.get_dummies(kinds(evidence), drop_first=True, dtype=float)
    columns = {**measures, **{f"type {name}": kind[name] for name in kind}}
    rows = tabled(evidence, alive=alive, **columns)
    varies = [name for name in columns if rows[name].nunique() > 1]  # noqa: PD101 - may be empty
    families = {name: [name] for name in measures if name in varies}
    types = [name for name in varies if name.startswith("type ")]
    return rows, families | ({"type": types} if types else {})


def _measures(evidence: Evidence) -> dict[str, pd.Series[float]]:
    first = evidence.window(FIRST_WEEKS).set_index("group")
    months = evidence.months[evidence.months["month"] == 0].set_index("group")
    born = evidence.groups.set_index("group")["origin_us"] / DAY_US / 365
    measures = {
        "size": np.log1p(first["posters"].astype("float64")),
        "core": np.log1p(months["core_8"].astype("float64")),
        "timing": born - born.min(),
    }
    owner = first["owner_share"].astype("float64")
    if owner.notna().any():
        measures["owner"] = owner
    for name, fact in (("content", "content_items"), ("advertisements", "ad_items")):
        with suppress(NotIdentifiableError):  # a family less
            measures[name] = measured(evidence, fact, MONTH).apply(np.log1p)
    return measures


def _largest(rows: pd.DataFrame, families: Mapping[str, list[str]]) -> Interval:
    return largest_share(
        rows["alive"].to_numpy(np.float64),
        [rows[names].to_numpy(np.float64) for names in families.values()],
        clusters_of(rows["network"], rows["batch"]),
        logistic_gain,
    )
