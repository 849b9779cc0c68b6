"""Which division of groups foretells their silence, in places that were left out.

Definitions: ``docs/decisions``, registered on 2026-11-29 before computing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.files import write_text
from helpers.forecast.first_pause import (
    BANDS,
    DAYS,
    DEFINED,
    PAUSED,
    SILENT,
    collect_beginnings,
    count_cells,
    select_known,
)
from helpers.forecast.random_places import Levels, fit_levels
from helpers.paths import PROCESSED
from helpers.records import MONTH_DAYS
from helpers.study import Study

FOLDER = PROCESSED / "forecast"
SHARES = PROCESSED / "life_tables" / "group_life_tables.csv"
NONE, KIND = "none", "kind"
DIVISIONS: Mapping[str, tuple[str, tuple[int, ...]]] = MappingProxyType(
    {
        "writers in days 1-7": ("writers_7", (0, 2, 3, 5)),
        "messages in days 1-7": ("messages_7", (0, 3, 10, 50)),
        "messages in days 8-28": ("messages_28", BANDS),
    }
)
BUSIEST = "fcc_gitter"
READINGS = {SILENT: "silent for good", PAUSED: "ever paused 60 days"}
FEWEST_IN_BAND = 5
NEARLY_ALL, ENOUGH = 0.9, 0.9
LATER = "the same, none begun by day 28"


class Cells(NamedTuple):
    """Groups that continued, and all: places by bands of one division."""

    still: pd.DataFrame
    groups: pd.DataFrame

    def without(self, place: str) -> Cells:
        """Return the cells of the other places."""
        return Cells(self.still.drop(index=place), self.groups.drop(index=place))


def tabulate_divisions(rows: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Compare divisions by leaving places out."""
    found = [
        about | {"division": name} | compared
        for about, cells in _list_comparisons(rows, shares)
        for name, compared in _compare(cells)
    ]
    return _mark_chosen(pd.DataFrame(found))


def _list_comparisons(
    rows: pd.DataFrame, shares: pd.DataFrame
) -> Iterator[tuple[dict[str, Any], dict[str, Cells]]]:
    for outcome, day, left_out in product(DEFINED, DAYS, ("", BUSIEST)):
        about = {"outcome": outcome, "age_days": day, "left_out": left_out}
        known = select_known(rows[rows["place"].ne(left_out)], outcome, day)
        yield about | {"places_of": "chats"}, _divide(known)
        if outcome == PAUSED:
            later = known[known[f"age: {PAUSED}"] > MONTH_DAYS]
            yield about | {"places_of": "chats", "outcome": LATER}, _divide(later)
        if reading := READINGS.get(outcome):
            chosen = shares["reading"].eq(reading) & shares["age_days"].eq(day)
            own = shares[chosen & shares["source"].ne(left_out)]
            yield about | {"places_of": "all kinds"}, _divide_by_kind(own)


def _divide(rows: pd.DataFrame) -> dict[str, Cells]:
    divided = {NONE: Cells(*count_cells(rows, pd.Series(0, rows.index, name="band")))}
    for name, (column, bands) in DIVISIONS.items():
        at = pd.Series(np.digitize(rows[column], bands), rows.index, name="band")
        divided[name] = Cells(*count_cells(rows, at))
    return divided


def _divide_by_kind(shares: pd.DataFrame) -> dict[str, Cells]:
    own = shares[shares["part"].eq("all") & shares["population"].eq("ever spoke")]
    own = own.dropna(subset="share").set_index("source")
    groups = own["at_risk"].astype("int64")
    still = ((1 - own["share"]) * groups).round().astype("int64")
    by_kind = [
        pd.crosstab(own.index, own["kind"], values=n, aggfunc="sum").fillna(0)
        for n in (still, groups)
    ]
    return {
        NONE: Cells(still.to_frame("all"), groups.to_frame("all")),
        KIND: Cells(*by_kind),
    }


def _compare(divided: Mapping[str, Cells]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Predict each place from the rest, by each division."""
    scores = {
        name: pd.DataFrame([_score(cells, place) for place in cells.groups.index])
        for name, cells in divided.items()
    }
    for name, own in scores.items():
        inside = own["inside"] / own["bands"].where(own["bands"] > 0)
        gain = own["log_score"] - scores[NONE]["log_score"]
        yield (
            name,
            {
                "places": len(own),
                "groups": int(divided[name].groups.to_numpy().sum()),
                "log_score": own["log_score"].mean(),
                "gain": gain.mean(),
                "gain_error": gain.std() / len(gain) ** 0.5,
                "better_in": int((gain > 0).sum()),
                "coverage": inside.mean(),
                "coverage_of_bands": own["inside"].sum() / own["bands"].sum(),
                "width": own["width"].mean(),
            },
        )


def _score(cells: Cells, place: str) -> dict[str, float]:
    """Score the prediction of one place; unseen bands are predicted as all."""
    still, groups = cells.still.loc[place], cells.groups.loc[place]
    rest = cells.without(place)
    seen = [band for band in groups.index if rest.groups[band].any()]
    levels = fit_levels(rest.still[seen], rest.groups[seen])
    totals = [table.sum(axis=1).to_frame() for table in rest]
    parts: list[tuple[Levels, int, int, int]] = []
    for band in (each for each in groups.index if groups[each]):
        known = band in seen
        used = levels if known else fit_levels(*totals)
        at = seen.index(band) if known else 0
        parts.append((used, at, int(still[band]), int(groups[band])))
    n = sum(size for *_, size in parts)
    checked = [part for part in parts if part[3] >= FEWEST_IN_BAND]
    return {
        "log_score": sum(_log_score(*part) for part in parts) / n,
        "width": sum(_find_width(*part[:2]) * part[3] for part in parts) / n,
        "bands": len(checked),
        "inside": sum(used.covers(at, own, size) for used, at, own, size in checked),
    }


def _log_score(levels: Levels, band: int, still: int, groups: int) -> float:
    share = levels.expected(band)
    return float(still * np.log(share) + (groups - still) * np.log1p(-share))


def _find_width(levels: Levels, band: int) -> float:
    low, high = levels.next_share(band)
    return high - low


def _mark_chosen(table: pd.DataFrame) -> pd.DataFrame:
    """Mark divisions that win nearly everywhere and cover, the largest in or out."""
    wins = table["better_in"].ge(NEARLY_ALL * table["places"])
    holds = wins & table["coverage"].ge(ENOUGH) & table["division"].ne(NONE)
    keys = [table[name] for name in ("outcome", "age_days", "places_of", "division")]
    marked = table.assign(chosen=holds.groupby(keys).transform("all"))
    first = ["outcome", "age_days", "places_of", "division", "left_out"]
    return marked[
        [*first, *(name for name in marked if name not in first)]
    ].sort_values(first[:3], kind="stable", ignore_index=True)


def write_divisions(studies: Sequence[Study], folder: Path = FOLDER) -> None:
    """Write the comparison as ``divisions.csv``."""
    table = tabulate_divisions(collect_beginnings(studies), pd.read_csv(SHARES))
    text = table.to_csv(index=False, float_format="%.4f", lineterminator="\n")
    write_text(folder / "divisions.csv", text)
