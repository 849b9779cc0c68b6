"""Chapters on any study: a claim counted in one place, and one rule for all models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from helpers.checks import check_columns
from helpers.claims.estimate import COLUMNS, OWN, build_estimate, estimate_places
from helpers.claims.own.shares import count_own_groups
from helpers.claims.pool import LEVEL, compute_error, pool
from helpers.claims.quantity import get_quantity
from helpers.claims.register import Reading, get_claim, list_variants
from helpers.claims.source_descriptions import Carried, read_declaration
from helpers.errors import MissingSourceError, NotIdentifiableError, ShequnError
from helpers.figures.outputs import show_sentence
from helpers.group_lives.evidence import Evidence
from helpers.notebooks import name_place
from helpers.study.study import Study, open_study
from helpers.survival.interval import Interval
from helpers.wording.messages import Verbatim, say

POOLED = "mean of the places"


def recount_claim(claim: str, place: str | Study, reading: str = "") -> pd.DataFrame:
    """Count a claim in one place, from its tables; never from stored answers.

    Where the tables do not suffice, a sentence says why, and the frame is empty.

    Parameters
    ----------
    claim
        Its id, such as ``s0-three-month-death``.
    place
        A study or its name, or a folder that `shequn run` made.
    reading
        Key of a reading, or of another definition such as ``silent~1``; by default
        the main one.

    Returns
    -------
    DataFrame
        ``claim, reading, study, kind, role, estimate, low, high, n, unit``, as in
        the estimates of an answer, and what is ``measured`` in words: a row per
        community of the study.

    Examples
    --------
    >>> recount_claim("s1-over-90-fail", "komodo_discord")["estimate"].round(2).item()
    0.85
    """
    study = _open(place)
    wanted = _find_reading(claim, reading)
    tables = Evidence.of(study)
    carried = read_declaration(study.name).carries
    names = [name for name in wanted.quantities if name in carried or not carried]
    missing = f"it records nothing that measures {claim}"
    rows = []
    for name in names:
        try:
            found = _estimate(name, tables, wanted, is_own=study.name == OWN)
        except (NotIdentifiableError, MissingSourceError) as error:
            missing = str(error)
            continue
        about = carried.get(name, Carried())
        rows = [
            build_estimate(
                (claim, wanted.key), where, study.kind, interval, about,
                unit=get_quantity(name).unit,
            )
            for where, interval in found.items()
        ]  # fmt: skip
        if rows:
            break
    if not rows:
        show_sentence(f"{name_place(place)}: {missing.rstrip('.')}.")
    table = pd.DataFrame([asdict(row) for row in rows], columns=[*COLUMNS])
    return table.assign(measured=wanted.label.en)


def _open(place: str | Study) -> Study:
    return place if isinstance(place, Study) else open_study(place)


def _find_reading(claim: str, key: str) -> Reading:
    own = get_claim(claim).readings
    there = dict(pair for each in own for pair in list_variants(each))
    if (key or next(iter(there), "")) not in there:
        raise ShequnError(
            "the claim has no such reading" if there else "the claim is not measured",
            where=f"{claim}, {key}".rstrip(", "),
            remedy=f"use one of {', '.join(there) or 'the measured claims'}",
        )
    return there[key or next(iter(there))]


def _estimate(
    name: str, tables: Evidence, reading: Reading, *, is_own: bool
) -> dict[str, Interval]:
    """Return estimates by place; few groups of one's own are simply counted."""
    if is_own and (counted := count_own_groups(tables, reading)):
        low, high = proportion_confint(*counted, method="jeffreys")
        count, n = counted
        return {OWN: Interval(count / n, low, high, LEVEL, "Jeffreys", n, n)}
    quantity = get_quantity(name)
    if not (found := estimate_places(quantity, tables, reading.params)):
        quantity.estimate(tables, **reading.params)  # raises the reason
    return found


def choose_place(
    place: str | Study,
    table: str,
    where: str = "",
    *,
    instead: str,
    needs: str = "",
    least: int = 1,
) -> str | Study:
    """Return a place if its table has what a section needs, else another, and say so.

    Parameters
    ----------
    place
        A study or its name, or a folder that `shequn run` made.
    table
        Which table the section reads.
    where
        A query of pandas that rows must satisfy.
    instead
        Name of a public study that suffices.
    needs
        What these rows are, in words.
    least
        How many rows there must be.

    Examples
    --------
    >>> choose_place("komodo_discord", "groups", "messages > 0", instead="fcc_gitter")
    'komodo_discord'
    >>> choose_place("rust_teams", "windows", instead="fcc_gitter", needs="windows")
    Rust's teams: 0 windows, 1 needed. So this goes on with freeCodeCamp's chat rooms.
    'fcc_gitter'
    """
    study = _open(place)
    wanted = needs or f"rows of *{table}* with {where}"
    there = 0
    if table in study.manifest.tables:
        rows = study.table(table)
        there = len(rows.query(where) if where else rows)
        if there >= least:
            return place
    show_sentence(
        say(
            "{place}: {there} {wanted}, {least} needed. So this goes on with "
            "{instead}.",
            place=Verbatim(name_place(place)),
            there=there,
            wanted=wanted,
            least=least,
            instead=name_place(instead),
        )
    )
    return instead


def compare_places(
    rows: pd.DataFrame,
    fit: Callable[[pd.DataFrame], Sequence[float]],
    *,
    place: str = "source",
) -> pd.DataFrame:
    """Fit one ratio in each place, then pool them with places at random.

    Parameters
    ----------
    rows
        A row per unit.
    fit
        Computes a ratio and the ends of its 95 % range from the rows of one place.
    place
        Column of the places.

    Returns
    -------
    DataFrame
        ``place, ratio, low, high, n``, a row per place and last ``mean of the
        places``; its range holds the mean of such places, ``next_low`` to
        ``next_high`` that of one more place.

    Examples
    --------
    >>> rows = pd.DataFrame({"source": ["a", "a", "b", "b"], "x": [1.0, 2, 3, 4]})
    >>> double = lambda own: (own["x"].mean(), own["x"].min() / 2, own["x"].max() * 2)
    >>> compare_places(rows, double)["source"].tolist()
    ['a', 'b', 'mean of the places']
    """
    check_columns(rows, [place])
    found = [
        {place: name, "n": len(own)}
        | dict(zip(("ratio", "low", "high"), map(float, fit(own)), strict=True))
        for name, own in rows.groupby(place, sort=False)
    ]
    table = pd.DataFrame(found)[[place, "ratio", "low", "high", "n"]]
    able = table[table["low"].gt(0) & table["high"].lt(np.inf)]
    if able.empty:
        return table
    errors = [
        compute_error(low, high, "log")
        for low, high in zip(able["low"], able["high"], strict=True)
    ]
    mean = pool(able["ratio"].to_numpy(), errors, "log")
    last = {
        place: POOLED, "ratio": mean.mean, "low": mean.low, "high": mean.high,
        "n": able["n"].sum(), "next_low": mean.next_low, "next_high": mean.next_high,
    }  # fmt: skip
    return pd.concat([table, pd.DataFrame([last])], ignore_index=True)
