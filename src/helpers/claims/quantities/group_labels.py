"""Yes/no labels of whole groups: by classifier for all, by hand for some."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.quantities.message_labels import Labelled
from helpers.inference import compute_exact_interval, estimate_share
from helpers.inference.labels import label_corrected
from helpers.records import DAY_US
from helpers.survival import Clusters, Interval, choose_clusters
from helpers.wording import say

LEAST_READ = 20


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
