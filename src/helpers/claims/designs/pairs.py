"""Pairs of people who answer each other: hazards of what happens to their tie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import statsmodels.api as sm

from helpers.claims.designs.arms import clusters_for
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval
from helpers.survival.interval import Wald

if TYPE_CHECKING:
    from helpers.claims.evidence import Evidence

__all__ = ["pair_hazard_ratio", "ties"]

HOPELESS_SE = 10.0


def ties(evidence: Evidence, event: str, exposed: pd.Series[float]) -> pd.DataFrame:
    """Return spans of pairs, with the exposure of groups that have one."""
    rows = evidence.table("ties")
    rows = rows[rows["event"].eq(event) & rows["at_risk"].gt(0)]
    known = rows.assign(exposure=rows["group"].map(exposed))
    return known.dropna(subset="exposure").reset_index(drop=True)


def pair_hazard_ratio(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    """Return the hazard ratio of pairs in exposed groups.

    A complementary log-log regression of counts with a hazard of its own for each
    span; groups are clusters.

    Parameters
    ----------
    rows
        ``group, from_day, at_risk, happened, exposure``.

    Raises
    ------
    NotIdentifiableError
        If the spans do not determine the ratio.

    References
    ----------
    Prentice and Gloeckler (1978), Biometrics 34, 57–67.
    """
    clusters = clusters_for(evidence, rows["group"])
    spans = pd.get_dummies(rows["from_day"], dtype=float)
    spans = spans.loc[:, spans.T.dot(rows["happened"].astype(float)) > 0]
    kept = spans.sum(axis=1) > 0
    design = np.column_stack([rows["exposure"], spans])[kept]
    counts = np.column_stack(
        [rows["happened"], rows["at_risk"] - rows["happened"]]
    ).astype(float)[kept]
    family = sm.families.Binomial(link=sm.families.links.CLogLog())
    fit = sm.GLM(counts, design, family=family).fit(
        cov_type="cluster", cov_kwds={"groups": clusters.codes[kept]}
    )
    value, error = float(fit.params[0]), float(fit.bse[0])
    if not (np.isfinite(value) and 0 < error < HOPELESS_SE):
        raise NotIdentifiableError("the data do not determine the ratio", where="pairs")
    ratio, k = float(np.exp(value)), clusters.count
    return Interval.of(
        ratio, Wald(ratio, error, "log", k - 1),
        method=f"cloglog of pairs, {k} clusters, t({k - 1})",
        n=int(rows["at_risk"].max()), clusters=k,
    )  # fmt: skip
