"""Estimate whether a single factor explains most of survival to half a year."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import select_groups_with_values
from helpers.claims.designs.importance.dominance import compute_largest_share
from helpers.claims.designs.importance.shapley import compute_logistic_gain
from helpers.claims.quantities.beginnings import FIRST_WEEKS
from helpers.claims.quantities.codings import classify_kinds, measure_coded
from helpers.claims.quantities.deaths import define_silent
from helpers.claims.quantities.spans import HALF_YEAR, MONTH
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters
from helpers.wording import join_messages, say

LEAST_FAMILIES = 4


@estimates("s1-many-factors-no-single")
def no_single_factor(evidence: Evidence) -> Finding:
    """Estimate the top factor's share in explaining which groups survive to day 180.

    Size, core, owner, content, advertisements, type and year of founding, all of days
    0–27 or before; a family that a study cannot show is left out and named.
    """
    rows, families = _select_followed_groups(evidence)
    named = join_messages(", ", families)
    passed = gates.pass_gates(
        gates.require_groups(len(rows)),
        gates.require_units(
            len(families),
            "{n} families ({families}), {least} needed",
            LEAST_FAMILIES,
            families=named,
        ),
        gates.require_clusters(rows["network"], rows["batch"]),
    )  # fmt: skip
    alternatives = {
        say("without {name}", name=name): partial(
            _compute_largest, rows, {k: v for k, v in families.items() if k != name}
        )
        for name in families
    }
    return Finding.estimated(
        partial(_compute_largest, rows, families),
        say(
            "largest share of what {families} explain of being alive at 180 d, groups"
            " alive at day 28",
            families=named,
        ),
        passed, alternatives, qualifiers=("association",),
    )  # fmt: skip


def _select_followed_groups(
    evidence: Evidence,
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Select groups alive at day 28 and followed to day 180, with predictors."""
    lives = define_silent(evidence).lives
    keep = (lives.entry == 0) & (lives.potential >= HALF_YEAR)
    lives = lives.where(keep & (lives.durations > MONTH))
    alive = pd.Series((lives.durations >= HALF_YEAR).astype(float), lives.group)
    measures = _list_measures(evidence)
    kind = pd.get_dummies(classify_kinds(evidence), drop_first=True, dtype=float)
    columns = {**measures, **{f"type {name}": kind[name] for name in kind}}
    rows = select_groups_with_values(evidence, alive=alive, **columns)
    varies = [name for name in columns if rows[name].nunique() > 1]  # noqa: PD101 - may be empty
    families = {name: [name] for name in measures if name in varies}
    types = [name for name in varies if name.startswith("type ")]
    return rows, families | ({"type": types} if types else {})


def _list_measures(evidence: Evidence) -> dict[str, pd.Series[float]]:
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
            measures[name] = measure_coded(evidence, fact, MONTH).apply(np.log1p)
    return measures


def _compute_largest(rows: pd.DataFrame, families: Mapping[str, list[str]]) -> Interval:
    return compute_largest_share(
        rows["alive"].to_numpy(np.float64),
        [rows[names].to_numpy(np.float64) for names in families.values()],
        choose_clusters(rows["network"], rows["batch"]),
        compute_logistic_gain,
    )
