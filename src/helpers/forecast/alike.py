"""Outcomes of similar public groups, by age, posters and length of silence.

Of each group the state is noted at ages of 7, 14, 21 and every 28 days: how old it
is, how many wrote in the last 28 days and how long ago the last message was. A cell is
the mean over its groups of the share of their moments after which somebody wrote again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.forecast.activity import (
    TRAILING,
    Counts,
    compute_ages,
    count_messages_by_age_day,
    fill_trailing_counts,
    has_message,
)
from helpers.forecast.first_days import AHEAD, KINDS, W
from helpers.study import Study

AGES = (0, 28, 92, 366)  # first day of each band
WRITERS = (0, 1, 3, 10, 30)  # least posters of 28 days of each band
MESSAGES = (0, 1, 10, 50, 250)  # where posters are not recorded
SILENT = (0, 7, 28, 60)  # least days since the last message
FIRST_AGES = (7, 14, 21)
DECILES = tuple(np.arange(1, 10) / 10)
FEWEST = 10  # groups of a cell that is shown
STATE = ("age", "writers", "silent")


def tabulate_alike(studies: Sequence[Study]) -> pd.DataFrame:
    """Count later outcomes of groups of the same age and activity, by source.

    Returns
    -------
    ``source, kind, counted`` (``people`` or ``messages``), ``age, writers, silent``
    (least value of the band), ``groups``, ``again`` (share with a message within 60
    days) and ``alive`` (share with one in days 90–149).
    """
    tables = [_tabulate_study(study) for study in studies if study.name in KINDS]
    table = pd.concat(tables, ignore_index=True)
    return table[table["groups"] >= FEWEST].reset_index(drop=True)


def _tabulate_study(study: Study) -> pd.DataFrame:
    moments = list_moments(study)
    by_group = moments.groupby(["source", "counted", *STATE, "group"])
    shares = by_group[["again", "alive"]].mean().reset_index()
    by = shares.groupby(["source", "counted", *STATE])
    table = by.agg(
        groups=("group", "size"), again=("again", "mean"), alive=("alive", "mean")
    )
    return table.reset_index().assign(kind=KINDS[study.name])


def tabulate_standing(studies: Sequence[Study]) -> pd.DataFrame:
    """Tabulate deciles of 28-day activity among living groups, by source and age.

    Returns
    -------
    ``source, kind, age, measure`` (``people`` or ``messages`` of 28 days), ``groups``,
    and ``d10 … d90``: deciles over groups of each group's median over its moments with
    a message in the last 28 days. Ages with fewer than ten groups are left out.
    """
    tables = [_rank_study(study) for study in studies if study.name in KINDS]
    return pd.concat(tables, ignore_index=True)


def _rank_study(study: Study) -> pd.DataFrame:
    moments = list_moments(study)
    living = moments[moments["busy_messages"] > 0]
    rows = []
    for measure in ("people", "messages"):
        medians = living.groupby(["age", "group"])[f"busy_{measure}"].median()
        for age, values in medians.dropna().groupby("age"):
            if len(values) >= FEWEST:
                deciles = values.quantile(DECILES)
                deciles.index = [f"d{round(100 * at)}" for at in DECILES]
                about = {"age": age, "measure": measure, "groups": len(values)}
                rows.append(about | deciles.to_dict())
    return pd.DataFrame(rows).assign(source=study.name, kind=KINDS[study.name])


def list_moments(study: Study) -> pd.DataFrame:
    """Return each group's activity at several ages, and if it was alive later."""
    groups, rates = study.table("groups"), study.table("rates")
    counts = count_messages_by_age_day(rates, groups)
    has_people = bool(rates["posters_28"].notna().all())
    messages = fill_trailing_counts(rates, groups, "messages_28")
    people = fill_trailing_counts(rates, groups, "posters_28") if has_people else None
    active = messages if people is None else people
    last = _find_last_days(counts)
    parts = [
        _observe_moment(groups, counts, active, last, age)
        for age in _list_ages(counts.shape[1])
    ]
    bands = WRITERS if has_people else MESSAGES
    moments = pd.concat(parts, ignore_index=True).astype({"group": "int64"})
    return moments.assign(
        source=study.name,
        counted="people" if has_people else "messages",
        busy_people=moments["busy_people"] if has_people else np.nan,
        writers=find_band(moments["writers"], bands),
        age=find_band(moments["age"], AGES),
        silent=find_band(moments["silent"], SILENT),
    )


def find_band(
    values: pd.Series[float] | np.ndarray, bands: Sequence[int]
) -> np.ndarray:
    """Return the lower edge of the interval that contains each value.

    >>> find_band(pd.Series([0, 2, 45]), WRITERS).tolist()
    [0, 1, 30]
    """
    return np.asarray(bands)[np.searchsorted(bands, values, side="right") - 1]


def _list_ages(days: int) -> list[int]:
    return [*FIRST_AGES, *range(TRAILING, days, TRAILING)]


def _find_last_days(counts: Counts) -> Counts:
    """Return the last age day with a message up to each age day; −1 before any."""
    days = np.where(counts > 0, np.arange(counts.shape[1]), -1)
    last: Counts = np.maximum.accumulate(days, axis=1)
    return last


def _observe_moment(
    groups: pd.DataFrame,
    counts: Counts,
    active: Counts,
    last: Counts,
    age: int,
) -> pd.DataFrame:
    """Return groups at risk at one age, their activity and if alive 90 days later."""
    at_risk = (
        (compute_ages(groups, "entry_us") <= age)
        & (compute_ages(groups, "end_us") >= age + AHEAD + W)
        & (last[:, age - 1] >= 0)
    )
    first = np.full(len(groups), age)
    state = pd.DataFrame(
        {
            "group": groups["group"],
            "age": age,
            "writers": active[:, age - 1],
            "busy_messages": counts[:, max(age - TRAILING, 0) : age].sum(axis=1),
            "busy_people": active[:, age - 1],
            "silent": age - 1 - last[:, age - 1],
            "again": has_message(counts, first, W),
            "alive": has_message(counts, first + AHEAD, W),
        }
    )
    return state[at_risk]
