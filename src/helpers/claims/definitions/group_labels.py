"""Yes or no of each group: by the instrument of all, by people of some read whole."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.death_definitions import DECIDING, SEED
from helpers.claims.definitions.message_labels import Labelled
from helpers.inference import compute_exact_interval, estimate_share
from helpers.inference.labels import label_corrected
from helpers.records import DAY_US
from helpers.survival import Clusters, Interval, choose_clusters

LEAST_READ = 20


def select_phase(groups: pd.Index[int], from_day: int, to_day: int) -> pd.DataFrame:
    """Return the same days of age, both included, for each group."""
    return pd.DataFrame({"from_day": from_day, "to_day": to_day}, groups)


class Judged(NamedTuple):
    """Yes or no of each group.

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
        """Take people's word only for groups read whole: `whole` is π by group."""
        pi = whole.reindex(groups.index)
        labels = people.astype(float).where(pi.notna())
        return cls(groups, machine.astype(float), labels, pi)

    @property
    def read(self) -> int:
        """How many groups people read whole."""
        return int(self.people.notna().sum())

    def among(self, groups: pd.Index[int]) -> Self:
        """Return some groups only."""
        return type(self)._make(each.loc[groups] for each in self)

    def gate(self, asked: Labelled) -> gates.Gate:
        """Require 20 groups that were read completely; report their messages."""
        each = asked.readings.groupby("group")["messages"].sum()
        usual = each.reindex(self.groups.index).fillna(0).mean()
        detail = (
            f"{self.read} of {len(self.groups)} groups read whole, {LEAST_READ} needed,"
            f" some {usual:.0f} messages each (shequn label --whole-groups)"
        )
        return gates.Gate("whole groups", self.read >= LEAST_READ, detail)

    def share(self) -> Interval:
        """Return the share of groups of which it is true.

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
        """Return the instrument's share."""
        return self._of(self.machine)

    def _of(self, true: pd.Series[float]) -> Interval:
        yes = true.to_numpy(np.bool_)
        return estimate_share(yes, self._clusters, seed=SEED, replicates=DECIDING)

    @property
    def _clusters(self) -> Clusters:
        return choose_clusters(self.groups["network"], self.groups["batch"])


def select_alive_at(evidence: Evidence, day: int, followed: int) -> pd.DataFrame:
    """Return groups with a message on a day of age or later, followed for some days."""
    groups = evidence.from_birth.set_index("group", drop=False)
    last, end = (
        (groups[name] - groups["origin_us"]) / DAY_US for name in ("last_us", "end_us")
    )
    return groups[(last >= day) & (end >= followed)]
