"""What groups are given to read, and which of them live: content, as people see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.claims import gates
from helpers.claims.designs.calibrated import Talk
from helpers.claims.designs.landmark import MODELS, Landmark, log_adjusted
from helpers.claims.finding import Beside
from helpers.claims.labelled import corrected_share
from helpers.claims.readings import silent
from helpers.claims.specifications import multiplied
from helpers.inference.calibration import through

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.evidence import Evidence
    from helpers.claims.finding import Estimator, Finding
    from helpers.inference.calibration import Calibration
    from helpers.survival import Interval

__all__ = ["ESTIMATORS", "Premise", "content_is_premise"]

KIND = "content"
WEEKS = 4
FIRST_WEEKS = "0-27"
SETS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "w_days": {f"W = {w:g}": w for w in (60.0, 30.0, 90.0)},
        "model": {name: name for name in MODELS},
        "share": {"items a week": False, "share of messages": True},
        "corrected": {"corrected by labels": True, "instrument alone": False},
    }
)


@dataclass(frozen=True, eq=False)
class Premise:
    """Hazards by the content of the first four weeks, volume adjusted.

    Attributes
    ----------
    talk
        Content by month, as people would find it.
    rows
        Groups that wrote something in days 0–27.
    """

    evidence: Evidence
    talk: Talk
    rows: pd.DataFrame

    @classmethod
    def of(cls, evidence: Evidence) -> Premise:
        """Return the comparison in a study."""
        rows = evidence.window(FIRST_WEEKS).set_index("group")
        return cls(evidence, Talk.of(evidence, KIND), rows[rows["said"] > 0])

    def landmark(self, line: Calibration, *, share: bool = False) -> Landmark:
        """Return the comparison per doubling of 1 + items a week, as a line tells them.

        Or per standard deviation of content's share.
        """
        first = pd.DataFrame({"group": self.rows.index, "month": 0}, self.rows.index)
        found = self.talk.at(first)
        told = found["machine"].fillna(0.0) * 0 + line.shares(
            found["machine"].fillna(0)
        )
        items = np.log2(1 + told * found["said"].fillna(0.0) / WEEKS)
        return Landmark(
            evidence=self.evidence,
            exposure=told / told.std() if share else items,
            adjust=log_adjusted(self.rows, "said", "spoke"),
        )

    def ratio(
        self,
        *,
        w_days: float = 60.0,
        model: str = "Cox",
        share: bool = False,
        corrected: bool = True,
    ) -> Interval:
        """Return the hazard ratio, the calibration's error counted in."""
        reading = partial(silent, w_days=w_days)

        def way(line: Calibration) -> Interval:
            one = replace(self.landmark(line, share=share), reading=reading)
            return one.hazard_ratio(model)

        line = self.talk.calibration
        return through(line if corrected else line.ignored, way)


def content_is_premise(evidence: Evidence) -> Finding:
    """Compare hazards after day 28 by content items in days 0–27."""
    premise = Premise.of(evidence)
    asked = premise.talk.gated()
    one = premise.landmark(premise.talk.calibration)
    data = one.at_risk(silent(evidence))
    even = gates.passed(premise.talk.even(set(data.loc[data["ended"], "group"])))
    plain = one.finding("HR per doubling of 1 + content items a week in days 0–27")
    everywhere = Beside("content, all messages", corrected_share(evidence, KIND))
    return replace(
        plain,
        legs=(premise.ratio(),),
        gates=asked + plain.gates + even,
        specifications=multiplied(SETS, premise.ratio, biased=["instrument alone"]),
        beside=(*plain.beside, everywhere),
        note=f"{plain.note}; the literal form (no item, no life) would need every"
        " message of days 0–27 labelled",
    )


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {"s1-content-is-premise": content_is_premise}
)
