"""Time-varying exposures: of groups, and of ties between two members.

Lifetimes are split where the exposure starts and ends. Death is the first silence of W
days, dated at its start, so that nothing is known of a group's later life when its risk
is asked for. Stretches are cut at spells and every 28 days, and know the messages of
the 28 days before.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import CLogLog
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from helpers.claims.contract import gates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for
from helpers.claims.designs.hazards.two_arms import (
    estimate_ratio_of_stretches,
    require_arms_of_groups,
)
from helpers.claims.quantities.deaths import define_silent
from helpers.errors import UndeterminedError
from helpers.survival import Clusters, Interval
from helpers.survival.interval import Wald
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import say

STEP = 28.0
HOPELESS = 10.0  # of a log ratio: one side has no event at all


def build_stretches(
    evidence: Evidence, spells: pd.DataFrame, lives: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Split lifetimes into rows in which exposure and covariates are constant.

    Parameters
    ----------
    spells
        ``group, from_age, to_age`` in days: when a group is exposed.
    lives
        ``group, duration, died``; by default they end in the first silence of 60 days.

    Returns
    -------
    pandas.DataFrame
        ``group, start, stop, ended, exposure, volume``.
    """
    lives = build_observed_lives(evidence) if lives is None else lives
    rows = _cut_rows(lives, spells)
    rows["ended"] = rows["died"] & (rows["stop"] == rows["duration"])
    rows["exposure"] = _mark_exposed(rows, spells)
    rows["volume"] = _compute_log_volume(evidence, rows)
    return rows.drop(columns=["duration", "died"])


def build_observed_lives(
    evidence: Evidence, w_days: float = SILENCE_DAYS
) -> pd.DataFrame:
    """Build groups' lifetimes from their origin to the first W days of silence."""
    read = define_silent(evidence, w_days=w_days, form="first_gap")
    born = (read.lives.entry == 0) & (read.lives.durations > 0)
    return pd.DataFrame(
        {
            "group": read.lives.group[born],
            "duration": read.lives.durations[born],
            "died": (read.lives.ended & ~read.competing)[born],
        }
    )


def _cut_rows(lives: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    n_steps = np.ceil(lives["duration"].to_numpy(np.float64) / STEP).astype(int)
    row = np.repeat(np.arange(len(lives)), n_steps)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(n_steps) - n_steps, n_steps)
    grid = pd.DataFrame({"group": lives["group"].to_numpy()[row], "start": nth * STEP})
    edges = [
        spells[["group", side]].set_axis(["group", "start"], axis=1)
        for side in ("from_age", "to_age")
    ]
    cuts = pd.concat([grid, *edges]).drop_duplicates().sort_values(["group", "start"])
    rows = cuts.merge(lives, on="group")
    rows = rows[(rows["start"] >= 0) & (rows["start"] < rows["duration"])]
    later = rows.groupby("group")["start"].shift(-1)
    stop = np.minimum(later.fillna(np.inf), rows["duration"])
    return rows.assign(stop=stop).reset_index(drop=True)


def _mark_exposed(rows: pd.DataFrame, spells: pd.DataFrame) -> pd.Series[float]:
    """Return 1 for rows within a period of the group's exposure, else 0."""
    types = {"group": "int64", "from_age": "float64"}
    ordered_spells = spells.astype(types).sort_values(["group", "from_age"])
    ordered_spells["until"] = ordered_spells.groupby("group")["to_age"].cummax()
    stretch_starts = rows[["group", "start"]].reset_index().astype({"group": "int64"})
    both = pd.merge_asof(
        stretch_starts.sort_values("start"),
        ordered_spells.sort_values("from_age"),
        left_on="start", right_on="from_age", by="group",
    )  # fmt: skip
    is_exposed = (both["until"] > both["start"]).astype("float64")
    return is_exposed.set_axis(both["index"]).sort_index()


def _compute_log_volume(evidence: Evidence, rows: pd.DataFrame) -> pd.Series[float]:
    """Return each group's log messages in the 28 days before the row starts."""
    steps = evidence.rates[["group", "age_day", "messages_28"]].astype("int64")
    stretch_starts = rows[["group", "start"]].reset_index()
    stretch_starts["age_day"] = np.maximum(
        np.floor(stretch_starts["start"]).astype("int64") - 1, 0
    )
    both = pd.merge_asof(
        stretch_starts.astype({"group": "int64"}).sort_values("age_day"),
        steps.sort_values("age_day"), on="age_day", by="group",
    )  # fmt: skip
    log_messages = np.log1p(both["messages_28"].fillna(0).to_numpy(np.float64))
    return pd.Series(log_messages, both["index"]).sort_index()


def check_gates(evidence: Evidence, rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    """Check the data requirements of a comparison of exposed and unexposed time."""
    groups = evidence.groups[evidence.groups["group"].isin(rows["group"])]
    return gates.pass_gates(
        *require_arms_of_groups(rows),
        gates.require_clusters(groups["network"], groups["batch"]),
    )


def estimate_hazard_ratio(
    evidence: Evidence, rows: pd.DataFrame, beside: Sequence[str] = ("volume",)
) -> Interval:
    """Estimate the hazard ratio of group death in exposed versus unexposed time."""
    cluster = choose_clusters_for(evidence, rows["group"]).codes
    return estimate_ratio_of_stretches(rows, rows[["exposure", *beside]], cluster)


def build_ties(
    evidence: Evidence, event: str, exposed: pd.Series[float]
) -> pd.DataFrame:
    """Build one row per tie (pair of members) and time span, with group exposure."""
    rows = evidence.table("ties")
    rows = rows[rows["event"].eq(event) & rows["at_risk"].gt(0)]
    spans = rows.assign(exposure=rows["group"].map(exposed))
    return spans.dropna(subset="exposure").reset_index(drop=True)


def estimate_pair_hazard_ratio(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    """Estimate the hazard ratio of a pair's tie ending, exposed versus other groups.

    Parameters
    ----------
    rows
        ``group, from_day, at_risk, happened, exposure``.

    Raises
    ------
    UndeterminedError
        If the spans do not determine the ratio.
    """
    return fit_counted_hazard_ratio(
        rows["happened"], rows["at_risk"], rows["exposure"], rows["from_day"],
        choose_clusters_for(evidence, rows["group"]),
    )  # fmt: skip


def fit_counted_hazard_ratio(
    happened: npt.ArrayLike,
    at_risk: npt.ArrayLike,
    exposure: npt.ArrayLike,
    span: npt.ArrayLike,
    clusters: Clusters,
) -> Interval:
    """Estimate a hazard ratio from counts of events and of pairs at risk.

    A complementary log-log regression with a hazard of its own for each span; spans in
    which nothing happened say nothing.

    Parameters
    ----------
    happened, at_risk, exposure, span : shape (n,)

    Raises
    ------
    UndeterminedError
        If the counts do not determine the ratio.

    References
    ----------
    Prentice and Gloeckler (1978), Biometrics 34, 57–67.
    """
    events, risk = np.asarray(happened, float), np.asarray(at_risk, float)
    spans = pd.get_dummies(np.asarray(span), dtype=float).to_numpy()
    spans = spans[:, events @ spans > 0]
    has_events = spans.sum(axis=1) > 0
    design = np.column_stack([np.asarray(exposure, float), spans])[has_events]
    counts = np.column_stack([events, risk - events])[has_events]
    family = Binomial(link=CLogLog())
    with warnings.catch_warnings():  # met by the error below
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = GLM(counts, design, family=family).fit(
            cov_type="cluster", cov_kwds={"groups": clusters.codes[has_events]}
        )
    value, error = float(fit.params[0]), float(fit.bse[0])
    if not (abs(value) < HOPELESS and 0 < error < HOPELESS):  # false for nan
        raise UndeterminedError(
            say("the data do not determine the ratio"), where="pairs"
        )
    ratio, k = float(np.exp(value)), clusters.count
    return Interval.of(
        ratio, Wald(ratio, error, "log", k - 1),
        method=f"cloglog of counts, {k} clusters, t({k - 1})", n=int(has_events.sum()),
        clusters=k,
    )  # fmt: skip
