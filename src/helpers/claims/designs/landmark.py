"""Exposure before a landmark, death after it: Cox's model from that age on.

The exposure is coded from days before the landmark, the risk set starts at it, and
what is adjusted for is taken as it stood then. A purpose fulfilled is censoring of
the cause-specific hazard; what dies before the landmark is counted and printed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from helpers.claims import gates
from helpers.claims.agreement import Specification
from helpers.claims.designs.controls import as_large_by_chance
from helpers.claims.finding import Beside, Finding
from helpers.claims.readings import silent
from helpers.errors import NotIdentifiableError
from helpers.inference import e_value
from helpers.survival import clusters_of, cox, discrete_hazard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy.typing as npt

    from helpers.claims.deaths import Ends
    from helpers.claims.evidence import Evidence
    from helpers.survival import Interval

    Coding = Callable[[pd.Series[float]], pd.Series[float]]

__all__ = ["Landmark", "as_is", "log_adjusted", "per_sd", "terciles"]

COMMON = 0.15  # of groups dying; beyond it a hazard ratio is no risk ratio
PERIOD_DAYS = 90
FADED_DAYS = 180.0


def as_is(exposure: pd.Series[float]) -> pd.Series[float]:
    """Return an exposure in its own unit."""
    return exposure.astype("float64")


def per_sd(exposure: pd.Series[float]) -> pd.Series[float]:
    """Return an exposure in standard deviations of the groups at risk.

    >>> per_sd(pd.Series([0.0, 2.0])).tolist()
    [0.0, 1.414...]
    """
    return exposure / exposure.std()


def terciles(exposure: pd.Series[float]) -> pd.Series[float]:
    """Return 1 for the top third of the groups at risk, 0 for the bottom, else nan.

    >>> terciles(pd.Series([1.0, 2.0, 3.0])).tolist()
    [0.0, nan, 1.0]
    """
    low, high = exposure.quantile([1 / 3, 2 / 3])
    middle = (exposure > low) & (exposure < high)
    return (exposure >= high).astype("float64").where(~middle & (high > low), np.nan)


def log_adjusted(rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return logs of counts as they stood at the landmark."""
    counts = rows[list(columns)].astype("float64")
    return counts.apply(np.log1p).add_prefix("log ")


@dataclass(frozen=True, eq=False, kw_only=True)
class Landmark:
    """One comparison of groups alive at a landmark.

    Attributes
    ----------
    evidence
        The study.
    exposure : index group
        Known by the landmark; groups without a value are in no arm.
    adjust : index group
        Covariates as they stood at the landmark.
    day
        The landmark, in days of age.
    last_day
        The last day from which the exposure is coded.
    coding
        What a unit of the exposure is, among the groups at risk.
    reading
        How a death is told; other W are tried only for silence.
    """

    evidence: Evidence
    exposure: pd.Series[float]
    adjust: pd.DataFrame
    day: float = 28.0
    last_day: float = 27.0
    coding: Coding = as_is
    reading: Callable[[Evidence], Ends] = silent

    @property
    def covariates(self) -> list[str]:
        """Names of what is adjusted for."""
        return [str(name) for name in self.adjust.columns]

    def at_risk(self, ends: Ends) -> pd.DataFrame:
        """Return the groups alive and watched after the landmark."""
        lives = ends.lives
        ages = pd.DataFrame(
            {
                "group": lives.group,
                "network": lives.network,
                "batch": lives.batch,
                "duration": lives.durations,
                "ended": lives.ended & ~ends.competing,
                "entry": np.maximum(lives.entry, self.day),
            }
        )
        known = self.adjust.assign(exposure=self.exposure).dropna()
        data = ages.merge(known, left_on="group", right_index=True)
        data = data[data["duration"] > data["entry"]]
        data = data.assign(exposure=self.coding(data["exposure"]))
        return data[data["exposure"].notna()]

    def gated(self, data: pd.DataFrame) -> tuple[gates.Gate, ...]:
        """Return the gates of a contrast of arms, or of a regression on a dose."""
        asked = gates.passed(gates.timing(self.last_day, self.day))
        if data["exposure"].isin([0.0, 1.0]).all():
            asked += gates.passed(*gates.arms(data["exposure"] == 1, data["ended"]))
        else:
            asked += gates.passed(gates.groups(len(data)))
        asked += gates.passed(gates.clustering(data["network"], data["batch"]))
        count = 1 + self.adjust.shape[1]
        return asked + gates.passed(gates.coefficients(int(data["ended"].sum()), count))

    def hazard_ratio(self) -> Interval:
        """Return the hazard ratio."""
        data = self.at_risk(self.reading(self.evidence))
        self.gated(data)
        return _cox(data, self.covariates)

    def in_periods(self) -> Interval:
        """Return the hazard ratio of a complementary log-log model in quarters."""
        data = self.at_risk(self.reading(self.evidence))
        self.gated(data)
        return _discrete(data, self.covariates)

    def finding(
        self,
        definition: str,
        others: Mapping[str, Landmark] | None = None,
        qualifiers: tuple[str, ...] = ("association",),
    ) -> Finding:
        """Return the hazard ratio with its gates, other ways and controls."""
        ends = self.reading(self.evidence)
        data = self.at_risk(ends)
        asked = self.gated(data)
        ratio = _cox(data, self.covariates)
        return Finding(
            legs=(ratio,),
            definition=f"{definition}; {ends.definition} after day {self.day:g}",
            gates=asked,
            specifications=tuple(self._others(others or {})),
            beside=tuple(self._controls()),
            qualifiers=qualifiers,
            note=self._note(ends, data, ratio),
        )

    def _others(self, others: Mapping[str, Landmark]) -> Iterator[Specification]:
        for w_days in (30.0, 90.0) if self.reading is silent else ():
            other = replace(self, reading=partial(silent, w_days=w_days))
            yield Specification.tried(f"W = {w_days:g}", other.hazard_ratio)
        yield Specification.tried("cloglog in quarters", self.in_periods)
        for name, other in others.items():
            yield Specification.tried(name, other.hazard_ratio)

    def _controls(self) -> Iterator[Beside]:
        """Yield the effect on those who lived half a year longer, if there is one."""
        late = replace(self, day=self.day + FADED_DAYS)
        name = f"placebo landmark, day {late.day:g}"
        found = Specification.tried(name, late.hazard_ratio).legs
        yield from (Beside(name, leg) for leg in found if leg is not None)

    def _note(self, ends: Ends, data: pd.DataFrame, ratio: Interval) -> str:
        lives = ends.lives
        early = np.mean(lives.ended & (lives.durations <= self.day))
        value = e_value(ratio, common=bool(data["ended"].mean() > COMMON))
        chance = as_large_by_chance(
            data, ratio, lambda dealt: _cox(dealt, self.covariates)
        )
        return (
            f"{early:.0%} of the groups were dead by day {self.day:g}; E-value"
            f" {value.estimate:.2f}, of the limit {value.limit:.2f}; {chance}"
        )


class _Model(NamedTuple):
    """Covariates that vary, the exposure first."""

    exposures: pd.DataFrame
    clusters: npt.NDArray[np.intp]


def _model(data: pd.DataFrame, adjust: list[str]) -> _Model:
    table = data[["exposure", *adjust]].astype("float64")
    varies = table.max() > table.min()
    varies["exposure"] = True
    clusters = clusters_of(data["network"], data["batch"])
    return _Model(table.loc[:, varies], clusters.codes)


def _cox(data: pd.DataFrame, adjust: list[str]) -> Interval:
    model = _model(data, adjust)
    fit = cox(
        data["duration"],
        data["ended"],
        model.exposures,
        entry=data["entry"],
        cluster=model.clusters,
    )
    return fit["exposure"].ratio


def _discrete(data: pd.DataFrame, adjust: list[str]) -> Interval:
    """Return the same from rows of a group and 90 days each."""
    model = _model(data, adjust)
    start = (data["entry"].to_numpy() // PERIOD_DAYS).astype(int)
    stop = (data["duration"].to_numpy() // PERIOD_DAYS).astype(int)
    row = np.repeat(np.arange(len(data)), stop - start + 1)
    period = np.concatenate(
        [np.arange(a, b + 1) for a, b in zip(start, stop, strict=True)]
    )
    ended = data["ended"].to_numpy(bool)[row] & (period == stop[row])
    if not ended.any():
        raise NotIdentifiableError("nothing ended", where="periods")
    fit = discrete_hazard(
        ended,
        model.exposures.iloc[row].reset_index(drop=True),
        _with_deaths(period, ended),
        cluster=model.clusters[row],
    )
    return fit["exposure"].ratio


def _with_deaths(
    period: npt.NDArray[np.int64], ended: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Put each period without an end together with the next one that has some."""
    dead = np.unique(period[ended])
    at = np.searchsorted(dead, period).clip(max=len(dead) - 1)
    joined: npt.NDArray[np.int64] = dead[at]
    return joined
