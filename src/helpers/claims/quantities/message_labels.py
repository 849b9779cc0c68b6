"""Labels of messages, corrected by hand labels, and of whole groups.

A classifier labels all; somebody read some.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.gates import HAND_LABELS
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.errors import NotIdentifiableError
from helpers.inference import compute_exact_interval, estimate_share
from helpers.inference.labels import Share, label_corrected
from helpers.records import DAY_US
from helpers.survival import Clusters, Interval, choose_clusters
from helpers.wording import say

# the answer that readings expect; of other questions it is yes
FIRST: Mapping[str, str] = {"tone": "positive"}
YES = "yes"
LEAST_READ = 20


def estimate_corrected_share(evidence: Evidence, kind: str) -> Interval:
    """Estimate a label's share of messages, corrected by hand labels.

    The answer is ``positive`` for tone, ``yes`` for the others.

    Raises
    ------
    NotIdentifiableError
        With fewer than 300 labels, or without the tables `labels` and `readings`.
    """
    labelled = Labelled.of(evidence, kind)
    lifetime = pd.DataFrame({"from_day": 0, "to_day": np.inf}, labelled.groups.index)
    return labelled.share(lifetime).interval()


@dataclass(frozen=True, eq=False)
class Labelled:
    """Hand labels and classifier scores of messages for one label, such as tone.

    Attributes
    ----------
    groups
        Rows of the groups with text, by group: ``network, batch``.
    labels
        ``group, age_day, y, f, probability, correction``: a row a label.
    readings
        ``group, age_day, messages, predicted``: a row a day of a group.
    """

    groups: pd.DataFrame
    labels: pd.DataFrame
    readings: pd.DataFrame

    @classmethod
    def of(cls, evidence: Evidence, kind: str, answer: str | None = None) -> Labelled:
        """Read hand labels and classifier scores for one label; raise if under 300.

        Another answer than the first is expected as often as the first is not.
        """
        labels, readings = (evidence.table(name) for name in ("labels", "readings"))
        labels = labels[labels["kind"].eq(kind)]
        if len(labels) < HAND_LABELS:
            raise NotIdentifiableError(
                f"needs {HAND_LABELS} hand labels of {kind} from this corpus; there are"
                f" {len(labels)}",
                where=evidence.name,
                remedy="label more messages with shequn label",
            )
        first = FIRST.get(kind, YES)
        y = labels["label"].eq(answer or first).astype(float)
        f = labels["predicted"].astype(float)
        readings = readings[readings["kind"].eq(kind)]
        if answer not in {None, first}:
            f = 1 - f
            predicted_other = readings["messages"] - readings["predicted"]
            readings = readings.assign(predicted=predicted_other)
        corrected_labels = labels.assign(
            y=y, f=f, correction=(y - f) / labels["probability"]
        )
        has_messages = evidence.groups["group"].isin(readings["group"])
        groups = evidence.groups[has_messages].set_index("group")[["network", "batch"]]
        return cls(groups, corrected_labels, readings)

    @property
    def f1(self) -> float:
        """F1 score of the classifier against the hand labels."""
        y, weight = self.labels["y"], 1 / self.labels["probability"]
        f = self.labels["f"] > 0.5  # noqa: PLR2004 - what is read as the answer
        return float(2 * weight[f].mul(y[f]).sum() / weight.mul(y + f).sum())

    def find_fully_labelled(self, phase: pd.DataFrame) -> pd.Series[float]:
        """Return the groups of which all messages were labelled by hand.

        Only groups that were drawn as such, or a study read throughout: otherwise the
        shortest phases would be whole by chance.
        """
        rows = self.within(phase, self.labels)
        drawn = rows["drawn"].eq("group") | rows["probability"].eq(1)
        label_counts = rows[drawn].groupby("group")["probability"].agg(["size", "min"])
        n_messages = (
            self.within(phase, self.readings).groupby("group")["messages"].sum()
        )
        read: pd.Series[float] = label_counts.loc[
            label_counts["size"].eq(n_messages[label_counts.index]), "min"
        ]
        return read

    def among(self, groups: Collection[int]) -> Labelled:
        """Return the hand labels and classifier scores of given groups only."""
        labels, readings = (
            rows[rows["group"].isin(groups)] for rows in (self.labels, self.readings)
        )
        own_groups = self.groups[self.groups.index.isin(groups)]
        return Labelled(own_groups, labels, readings)

    def within(self, phase: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the messages that fall within each group's range of ages."""
        placed = rows.merge(phase, left_on="group", right_index=True)
        return placed[placed["age_day"].between(placed["from_day"], placed["to_day"])]

    def share(self, phase: pd.DataFrame) -> Share:
        """Estimate the corrected share of messages within an age range per group.

        Raises
        ------
        NotIdentifiableError
            If nothing was said in it.
        """
        read = self.within(phase, self.readings)
        labels = self.within(phase, self.labels)
        if read.empty:
            raise NotIdentifiableError("no message was read in this phase of any group")
        by_group = read.groupby("group")[["messages", "predicted"]].sum()
        sums = by_group.reindex(self.groups.index, fill_value=0.0).astype(float)
        corrections = labels.groupby("group")["correction"].sum()
        total = sums["predicted"].add(corrections, fill_value=0.0)
        return Share(
            total.reindex(self.groups.index).to_numpy(np.float64),
            sums["messages"].to_numpy(np.float64),
            choose_clusters(self.groups["network"], self.groups["batch"]),
            len(labels),
        )


def select_phase(groups: pd.Index[int], from_day: int, to_day: int) -> pd.DataFrame:
    """Build a table with the same range of ages in days for each group."""
    return pd.DataFrame({"from_day": from_day, "to_day": to_day}, groups)


class Judged(NamedTuple):
    """Yes/no labels of groups: all by a classifier, some by hand.

    Attributes
    ----------
    groups
        Rows of the groups, by group.
    machine, people
        By group; people's is nan where nobody read all of it.
    probability
        Of the group's having been read whole; nan where it was not.
    """

    groups: pd.DataFrame
    machine: pd.Series[float]
    people: pd.Series[float]
    probability: pd.Series[float]

    @classmethod
    def of(
        cls,
        groups: pd.DataFrame,
        machine: pd.Series[bool],
        people: pd.Series[bool],
        whole: pd.Series[float],
    ) -> Self:
        """Combine classifier labels with hand labels of some groups."""
        pi = whole.reindex(groups.index)
        labels = people.astype(float).where(pi.notna())
        return cls(groups, machine.astype(float), labels, pi)

    @property
    def read(self) -> int:
        """Number of groups in which every message was labelled by hand."""
        return int(self.people.notna().sum())

    def among(self, groups: pd.Index[int]) -> Self:
        """Return the labels of given groups only."""
        return type(self)._make(each.loc[groups] for each in self)

    def gate(self, labelled: Labelled) -> gates.Gate:
        """Check that in 20 groups every message was labelled by hand."""
        each = labelled.readings.groupby("group")["messages"].sum()
        usual = each.reindex(self.groups.index).fillna(0).mean()
        detail = say(
            "{read} of {n} groups read whole, {least_read} needed, some"
            " {usual:.0f} messages each (shequn label --whole-groups)",
            read=self.read,
            n=len(self.groups),
            least_read=LEAST_READ,
            usual=usual,
        )
        return gates.Gate("whole groups", self.read >= LEAST_READ, detail)

    def share(self) -> Interval:
        """Estimate the share of groups labelled yes, corrected by hand labels.

        Where all people say the same, or the estimate leaves the scale, the groups
        that they read decide alone, exactly.
        """
        if self.people.notna().all():
            return self._of(self.people)
        pi = self.probability.fillna(self.probability.max())
        interval = label_corrected(self.machine, self.people, pi, self._clusters)
        yes = int(self.people.sum())
        if 0 < interval.estimate < 1 and 0 < yes < self.read:
            return interval
        return compute_exact_interval(yes, self.read)

    def naive(self) -> Interval:
        """Estimate the share of groups by the classifier alone, uncorrected."""
        return self._of(self.machine)

    def _of(self, true: pd.Series[float]) -> Interval:
        yes = true.to_numpy(np.bool_)
        return estimate_share(yes, self._clusters, seed=SEED, replicates=DECIDING)

    @property
    def _clusters(self) -> Clusters:
        return choose_clusters(self.groups["network"], self.groups["batch"])


def select_alive_at(evidence: Evidence, day: int, followed: int) -> pd.DataFrame:
    """Select groups alive at an age and observed up to another age."""
    groups = evidence.from_birth.set_index("group", drop=False)
    last, end = (
        (groups[name] - groups["origin_us"]) / DAY_US for name in ("last_us", "end_us")
    )
    return groups[(last >= day) & (end >= followed)]
