"""Monthly shares of messages with a label, corrected for classifier errors.

A unit is a group's month of 28 days. What people would find in it is expected from
what the instrument finds, by the labels of all months, see
`helpers.inference.calibration`. That holds if the instrument errs alike whatever
becomes of a group, which labels can show: where they show the contrary there is no
number.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.message_labels import Labelled
from helpers.inference.calibration import Calibration, calibrate_share
from helpers.inference.labels import Share, estimate_share_difference
from helpers.measures.months import MONTH_DAYS
from helpers.survival import Clusters, Interval, choose_clusters
from helpers.wording import say

SURE = 4.0  # standard errors: the slope is then known to a half
EVEN_LEVEL = 0.99  # one even instrument in a hundred is refused
UNIT = ["group", "month"]
SUMS = ("messages", "predicted", "correction")


@dataclass(frozen=True, eq=False)
class Talk:
    """A label's share of messages by group and month, corrected by hand labels.

    Attributes
    ----------
    asked
        Labels and readings.
    months : index group, month
        ``messages, predicted, correction``.
    calibration
        From the instrument's share of a month to people's.
    """

    asked: Labelled
    months: pd.DataFrame
    calibration: Calibration

    @classmethod
    def of(cls, evidence: Evidence, kind: str, answer: str | None = None) -> Self:
        """Read a label's hand labels and classifier scores, and fit the correction."""
        labelled = Labelled.of(evidence, kind, answer)
        groups = labelled.groups
        gates.pass_gates(gates.require_clusters(groups["network"], groups["batch"]))
        months = _sum_by_month(labelled)
        clusters = _choose_clusters(labelled, months.index.get_level_values("group"))
        messages, predicted, more = (months[name] for name in SUMS)
        return cls(
            labelled, months, calibrate_share(messages, predicted, more, clusters)
        )

    def gated(self, *, least_f1: float = 0.0) -> tuple[gates.Gate, ...]:
        """Raise unless hand labels are many enough and the classifier accurate."""
        n, f1, line = len(self.asked.labels), self.asked.f1, self.calibration
        needed = n * (SURE / line.precision) ** 2
        slope_gate = gates.Gate(
            "calibration",
            line.precision >= SURE,
            say(
                "people's share rises by {slope:.2f} as the instrument's rises"
                " by 1, {precision:.1f} standard errors, {sure:g} needed: some"
                " {needed:.0f} labels",
                slope=line.slope,
                precision=line.precision,
                sure=SURE,
                needed=needed,
            ),
        )
        right = gates.Gate(
            "F1",
            f1 >= least_f1,
            say("{f1:.2f}, {least_f1:g} needed", f1=f1, least_f1=least_f1),
        )
        return gates.pass_gates(gates.require_labels(n, [f1]), right, slope_gate)

    def at(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return message count and classifier's label share for given group-months."""
        months = self.months.reindex(pd.MultiIndex.from_frame(rows[UNIT].astype(int)))
        share = months["predicted"] / months["messages"]
        shares = pd.DataFrame({"messages": months["messages"], "machine": share})
        return shares.set_axis(rows.index)

    def machine(self, rows: pd.DataFrame) -> pd.Series[float]:
        """Return the label's share in given group-months, by the classifier alone."""
        return self.at(rows)["machine"]

    @cached_property
    def noise(self) -> float:
        """Variance of hand labels that classifier scores do not explain."""
        labels = self.asked.labels
        weight, y = 1 / labels["probability"], labels["y"]
        usual = _compute_weighted_mean(weight, y, labels["f"])
        return float(weight.mul((y - usual) ** 2).sum() / weight.sum())

    def spread(self, months: pd.DataFrame, line: Calibration) -> float:
        """Return the SD over group-months of a label's corrected share of messages."""
        chance = float((self.noise / months["messages"]).mean())
        return float(np.sqrt(line.shares(months["machine"]).var() + chance))

    def even(self, died: Collection[int]) -> gates.Gate:
        """Check that a classifier errs equally in groups that died and that survived.

        What it says of messages of which people say the same may not tell who died.
        """
        gap = self._gap(self.asked.labels["group"].isin(died).to_numpy(bool))
        includes_zero = gap is None or gap.low <= 0 <= gap.high
        gap_words = "one side has no labels" if gap is None else f"{gap}"
        detail = say(
            "instrument's answers in groups that died less in others: {gap_words}",
            gap_words=gap_words,
        )
        return gates.Gate("even errors", includes_zero, detail)

    def _gap(self, dead: npt.NDArray[np.bool_]) -> Interval | None:
        if dead.all() or not dead.any():
            return None
        labels = self.asked.labels
        weight, codes = (
            1 / labels["probability"],
            _choose_clusters(self.asked, labels["group"]),
        )
        usual = _compute_weighted_mean(weight, labels["f"], labels["y"])
        error = (weight * (labels["f"] - usual)).to_numpy(np.float64)
        sides = (
            Share(error * side, weight.to_numpy() * side, codes, len(labels))
            for side in (dead, ~dead)
        )
        return estimate_share_difference(*sides).at_level(EVEN_LEVEL)


def _choose_clusters(
    labelled: Labelled, groups: pd.Index[int] | pd.Series[int]
) -> Clusters:
    """Return the bootstrap cluster of each row, from its group."""
    units = choose_clusters(labelled.groups["network"], labelled.groups["batch"])
    codes = pd.Series(units.codes, labelled.groups.index)
    return Clusters(codes.loc[groups].to_numpy(), units.count, units.kind)


def _compute_weighted_mean(
    weight: pd.Series[float], value: pd.Series[float], by: pd.Series[float]
) -> pd.Series[float]:
    """Return for each row the weighted mean of the values in the row's class."""
    total = (weight * value).groupby(by).sum() / weight.groupby(by).sum()
    return by.map(total)


def _sum_by_month(labelled: Labelled) -> pd.DataFrame:
    """Sum messages, classifier labels and corrections by group and month of age."""
    read, labels = (
        rows[rows["age_day"] >= 0].assign(
            month=lambda rows: (rows["age_day"] // MONTH_DAYS).astype(int)
        )
        for rows in (labelled.readings, labelled.labels)
    )
    sums = read.groupby(UNIT)[["messages", "predicted"]].sum().astype(float)
    corrections = labels.groupby(UNIT)["correction"].sum()
    return sums.assign(correction=corrections.reindex(sums.index, fill_value=0.0))
