"""Comparisons at a landmark of what people recorded by then, and literal forms."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.death_definitions import silent
from helpers.claims.definitions.spans import YEAR
from helpers.claims.designs.hazards.landmark import Landmark, log_adjusted
from helpers.inference import clopper_pearson
from helpers.survival import Interval, Regression, clusters_of, cox
from helpers.survival.silence import SILENCE_DAYS

BEFORE = {14: "1-13", 28: "0-27", 56: "28-55", 84: "56-83"}


def compared(
    evidence: Evidence,
    exposure: pd.Series[float],
    day: int,
    **how: Any,  # noqa: ANN401 - fields of a Landmark, handed on
) -> Landmark:
    """Return the comparison of groups alive at an age, adjusted for their volume."""
    return Landmark(
        evidence=evidence,
        exposure=exposure.astype("float64"),
        adjust=volume(evidence, day),
        day=float(day),
        last_day=day - 1.0,
        **how,
    )


def volume(evidence: Evidence, day: int) -> pd.DataFrame:
    """Return logs of messages and posters in the weeks before, where they are known."""
    if day not in BEFORE:
        return pd.DataFrame(index=evidence.groups["group"])
    rows = evidence.window(BEFORE[day]).set_index("group")
    columns = ["messages", *(["posters"] if rows["posters"].notna().any() else [])]
    return log_adjusted(rows, *columns)


def fitted(data: pd.DataFrame, exposures: pd.DataFrame) -> Regression:
    """Fit Cox's model to groups at risk with several exposures, those that vary.

    Parameters
    ----------
    data
        As `Landmark.at_risk` returns it.
    exposures
        In the rows of `data`.
    """
    table = exposures.astype("float64")
    return cox(
        data["duration"],
        data["ended"],
        table.loc[:, table.max() > table.min()],
        entry=data["entry"],
        cluster=clusters_of(data["network"], data["batch"]).codes,
    )


def literal(
    one: Landmark, side: float, *, alive: bool, whose: str = ""
) -> tuple[Beside, ...]:
    """Return how many of one side were alive, or dead, at a year: a literal form.

    Only groups that could be followed for a year count: of the younger ones we would
    see those alone that had died.

    Parameters
    ----------
    side
        The exposure of the groups that are counted.
    alive
        Whether the living are counted, or the dead.
    whose
        The groups in words; by default their exposure.
    """
    ends = one.reading(one.evidence)
    data = one.at_risk(ends)
    potential = data["group"].map(pd.Series(ends.lives.potential, ends.lives.group))
    rows = data[(data["exposure"] == side) & (potential >= YEAR)]
    classified_rows = rows[(rows["duration"] >= YEAR) | rows["ended"]]
    if classified_rows.empty:
        return ()
    lived = int((classified_rows["duration"] >= YEAR).sum())
    n_in_state = lived if alive else len(classified_rows) - lived
    state = "alive" if alive else "dead"
    label = f"{state} at 365 d{whose or f', exposure {side:g}'}"
    return (Beside(label, clopper_pearson(n_in_state, len(classified_rows))),)


def pair(both: tuple[Landmark, Landmark], definition: str) -> Finding:
    """Return two hazard ratios as the legs of one finding."""
    first = both[0].finding(definition)

    def estimate(w_days: float) -> tuple[Interval, ...]:
        reading = partial(silent, w_days=w_days)
        return tuple(
            replace(landmark, reading=reading).hazard_ratio() for landmark in both
        )

    others = {f"W = {w}": partial(estimate, float(w)) for w in (30, 90)}
    return Finding.estimated(
        partial(estimate, SILENCE_DAYS), first.definition, first.gates, others,
        beside=first.beside, qualifiers=first.qualifiers, note=first.note,
    )  # fmt: skip
