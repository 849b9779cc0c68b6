"""Table of lurkers' recorded activity: visits, reads, reactions.

Counts and shares only, with what was seen named (`what`): silence, a later visit, a
reaction, an opened place, a word after all. The claims' estimators decide on some of
these; the table has them all, side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.spans import TWELVE_WEEKS
from helpers.claims.themes.lurkers.lurkers import LEAST_MEMBERS, select_stayed
from helpers.claims.themes.lurkers.seen_again import FOLLOWED
from helpers.errors import NotIdentifiableError
from helpers.inference import compute_exact_interval
from helpers.measures.audiences import (
    LURKING_DAYS,
    bound_silent_share,
    summarise_windows,
)
from helpers.study import Study
from helpers.wording import say

COLUMNS = (
    "study", "place", "kind", "what", "who", "days", "followed", "windows", "day",
    "did", "people", "share", "low", "high",
)  # fmt: skip
EVERYBODY = "everybody"
Row = dict[str, Any]


def summarise_attention(studies: Iterable[Study]) -> pd.DataFrame:
    """Tabulate lurkers' recorded activity by source and kind, such as visits.

    Parameters
    ----------
    studies
        Those that show none of it give no row.

    Returns
    -------
    DataFrame
        ``study``, ``place`` (a group's label), ``kind`` (as the source calls it);
        ``what`` was seen:

        - ``silent``: wrote nothing in the first ``days`` of a membership (leavers
          are out), of members in weeks of which half or more others wrote; places of
          ten such members and more;
        - ``seen again``: of those silent for 84 days, last seen ``days`` (7, 28, 84)
          after joining or later, by how long they were ``followed`` (``84–168``,
          ``169–365``, ``more than 365``, ``everybody``);
        - ``reacted``: of the same, gave a vote or a reaction in the 84 days;
        - ``wrote after all``: of the same, later than that;
        - ``wrote elsewhere``: wrote in another place of the study in the 84 days;
        - ``opened``: of members without a word in a window of ``days`` that bears
          the stamp ``day``, opened the place; exact for the window;
        - ``opened, bounds``: the same over 84 days, between ``low`` and ``high``, by
          ``windows`` of so many days; no ``share`` is known.

        ``who`` they are in the source's words, or who may react; ``did`` of
        ``people`` make the ``share``; ``low`` and ``high`` are exact limits
        (Clopper–Pearson), people being the units.

    Examples
    --------
    >>> from helpers.study import open_studies
    >>> table = summarise_attention(open_studies(["chicago_rug"]))
    >>> late = table[table["days"].eq(84) & table["who"].eq("without an attendance")]
    >>> late["followed"].tolist()
    ['84–168', '169–365', 'more than 365', 'everybody']
    """
    rows = [
        {"study": study.name, **row}
        for study in studies
        for reader in (
            _summarise_silent,
            _require_births,
            _summarise_elsewhere,
            _build_windows,
        )
        for row in _select_rows_of(study, reader)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    integers = dict.fromkeys(("days", "windows", "day", "did", "people"), "Int64")
    return table.astype(integers | dict.fromkeys(("share", "low", "high"), "float64"))


def _select_rows_of(
    study: Study, reader: Callable[[Evidence], Iterator[Row]]
) -> list[Row]:
    """Return rows of one kind of activity; empty if not recorded."""
    try:
        return list(reader(Evidence.of(study)))
    except NotIdentifiableError:
        return []


def _add_names(evidence: Evidence, table: str) -> pd.DataFrame:
    names = evidence.groups[["group", "label", "kind"]].rename(
        columns={"label": "place"}
    )
    return evidence.table(table).merge(names, on="group")


def _estimate_share(did: float, people: float) -> Row:
    interval = compute_exact_interval(int(did), int(people))
    return {
        "did": int(did), "people": int(people),
        "share": interval.estimate, "low": interval.low, "high": interval.high,
    }  # fmt: skip


def _estimate_if_counted(
    rows: pd.DataFrame, did: str, of: str = "lurkers"
) -> Row | None:
    """Return the share of lurkers with an activity; None if unrecorded or no lurker."""
    if rows[did].isna().any() or not rows[of].sum():
        return None
    return _estimate_share(rows[did].sum(), rows[of].sum())


def _summarise_silent(evidence: Evidence) -> Iterator[Row]:
    rows = _add_names(evidence, "roster")
    rows = rows[rows["members"] >= LEAST_MEMBERS]
    rows = rows.assign(stayed=select_stayed(rows))
    for (place, kind, days), own in rows.groupby(["place", "kind", "within_days"]):
        if share := _estimate_if_counted(own, "lurkers", "stayed"):
            yield {"place": place, "kind": kind, "what": "silent", "days": days} | share


def _require_births(evidence: Evidence) -> Iterator[Row]:
    rows = _add_names(evidence, "seen_again")
    for (place, kind, who), own in rows.groupby(["place", "kind", "lurkers_are"]):
        labels = {"place": place, "kind": kind, "who": who}
        all_classes = tuple(own["followed_from"].unique())
        for followed, classes in {**FOLLOWED, EVERYBODY: all_classes}.items():
            followed_rows = own[own["followed_from"].isin(classes)]
            yield from _list_traces(followed_rows, labels | {"followed": followed})
        for may, reaction_rows in own.groupby("may_react"):
            who_may = "may react" if may else "may not react"
            if share := _estimate_if_counted(reaction_rows, "reacted_84"):
                trace = {"what": "reacted", "who": who_may, "days": TWELVE_WEEKS}
                yield labels | trace | {"followed": EVERYBODY} | share


def _list_traces(rows: pd.DataFrame, here: Row) -> Iterator[Row]:
    """Yield the shares of lurkers who visited, reacted or wrote after joining."""
    traces = [("seen again", days, f"seen_{days}") for days in (7, 28, TWELVE_WEEKS)]
    traces += [
        ("reacted", TWELVE_WEEKS, "reacted_84"),
        (say("wrote after all"), TWELVE_WEEKS, "did_later"),
    ]
    for activity, days, column in traces:
        if share := _estimate_if_counted(rows, column):
            yield here | {"what": activity, "days": days} | share


def _summarise_elsewhere(evidence: Evidence) -> Iterator[Row]:
    rows = _add_names(evidence, "elsewhere")
    for (place, kind), own in rows.groupby(["place", "kind"]):
        for who in ("lurkers", "speakers"):
            if share := _estimate_if_counted(own, f"{who}_elsewhere", who):
                labels = {"place": place, "kind": kind, "who": who}
                trace = {"what": "wrote elsewhere", "days": TWELVE_WEEKS}
                yield labels | trace | share


def _build_windows(evidence: Evidence) -> Iterator[Row]:
    rows = _add_names(evidence, "audiences")
    for (place, kind), own in rows.groupby(["place", "kind"]):
        labels = {"place": place, "kind": kind}
        columns = ["window_days", "day", "opened", "silent"]
        for days, day, n_visitors, silent in (
            summarise_windows(own)[columns].astype(int).to_numpy()
        ):
            trace = {"what": "opened", "days": days, "day": day}
            yield labels | trace | _estimate_share(n_visitors, silent)
        for each in bound_silent_share(own):
            trace = {"what": "opened, bounds", "days": LURKING_DAYS}
            trace |= {"windows": each.window_days, "day": each.first_day}
            yield labels | trace | {"low": each.low, "high": each.high}
