"""How far instruments agree with people; tone over lives as people see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.message_labels import Labelled
from helpers.errors import NotIdentifiableError
from helpers.notebooks.tables import Table
from helpers.prose import share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.study import Study

__all__ = ["instruments_table", "tone_over_life"]

PHASES = {"days 0–27": (0, 27), "days 28–83": (28, 83), "days 84–364": (84, 364)}
LATER = {"day 365 and later": (365, np.inf)}
FEWEST = 20  # labels of a phase
INTERVALS = {
    "accuracy": "accuracy",
    "auc": "AUC",
    "calibration_error": "calibration error",
}


def instruments_table(quality: pd.DataFrame) -> Table:
    """Return agreement with labels by set and instrument, each with its interval."""
    columns = quality[["set", "instrument", "n", "no_score"]].copy()
    for name, title in INTERVALS.items():
        parts = quality[[name, f"{name}_low", f"{name}_high"]].map("{:.3f}".format)
        columns[title] = [f"{a} [{b}, {c}]" for a, b, c in parts.to_numpy()]
    return Table(columns, "Agreement with labels, by set and instrument")


def tone_over_life(studies: Iterable[Study]) -> Table:
    """Return the share of positive messages by age, corrected by hand labels.

    Studies without 300 of them are named beneath, not approximated.
    """
    rows: list[dict[str, object]] = []
    refused: dict[str, list[str]] = {}
    for study in studies:
        try:
            study.table("labels")
        except NotIdentifiableError:
            refused.setdefault("there are no hand labels", []).append(study.name)
            continue
        try:
            rows += _phases(study)
        except NotIdentifiableError as error:
            refused.setdefault(error.what, []).append(study.name)
    notes = tuple(
        f"No corrected share for {', '.join(names)}: {why}."
        for why, names in refused.items()
    )
    formats = dict.fromkeys(["as SnowNLP has it", "corrected", "low", "high"], share)
    return Table(pd.DataFrame(rows), "Positive messages by age", formats, notes)


def _phases(study: Study) -> Iterator[dict[str, object]]:
    asked = Labelled.of(Evidence.of(study), "tone")
    for name, (start, stop) in (PHASES | LATER).items():
        phase = pd.DataFrame({"from_day": start, "to_day": stop}, asked.groups.index)
        read, told = (
            asked.within(phase, rows) for rows in (asked.readings, asked.labels)
        )
        if len(told) < FEWEST:
            continue
        found = asked.share(phase).interval()
        yield {
            "study": study.name,
            "age": name,
            "labels": len(told),
            "as SnowNLP has it": read["predicted"].sum() / read["messages"].sum(),
            "corrected": found.estimate,
            "low": found.low,
            "high": found.high,
        }
