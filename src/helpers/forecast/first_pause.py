"""The first pause of a group, from the messages of its first four weeks.

A pause is a silence of 60 days, the same for every group and on every page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.errors import NotIdentifiableError, ShequnError
from helpers.forecast.going_on import Chance
from helpers.forecast.random_places import fit_levels
from helpers.group_lives.ends import Ends
from helpers.group_lives.evidence import Evidence
from helpers.group_lives.silence import define_paused, define_silent
from helpers.paths import PROCESSED
from helpers.records import DAY_US, MONTH_DAYS, WEEK_DAYS
from helpers.study import Study
from helpers.study.study import Tables
from helpers.wording import say

TABLE = PROCESSED / "life_tables" / "first_pause.csv"
SILENT, PAUSED = "silent for good", "first pause of 60 days"
DEFINED: Mapping[str, Callable[[Evidence], Ends]] = MappingProxyType(
    {SILENT: define_silent, PAUSED: define_paused}
)
DAYS = (105, 365)
BANDS = (0, 1, 10, 50)  # messages in days 8–28, from each of these on
FEWEST_OF_PLACE = 8  # groups of a place that counts
FEWEST = 20  # groups of a cell that is printed


def collect_beginnings(studies: Sequence[Study]) -> pd.DataFrame:
    """List the first four weeks of all chat groups, and how they continued."""
    able = [
        study
        for study in studies
        if study.manifest.kind == "chat"
        and {"daily", "rates", "silences"} <= set(study.manifest.tables)
    ]
    return pd.concat([list_beginnings(study) for study in able], ignore_index=True)


def list_beginnings(study: Study) -> pd.DataFrame:
    """List the beginnings of one source's groups that were watched from the first."""
    evidence = _select_begun(study)
    groups = evidence.groups.astype({"group": "int64"})
    rows = groups[["group"]].assign(place=study.name)
    if groups["network"].ne(groups["network"].iloc[0]).any():
        rows["place"] = study.name + "/" + groups["network"].astype(str)
    counts = count_messages(study, groups)
    rows = rows.assign(
        writers_7=_count_writers(study, groups),
        messages_7=counts(0, WEEK_DAYS),
        messages_28=counts(WEEK_DAYS, MONTH_DAYS),
    )
    for outcome, define in DEFINED.items():
        lives = define(evidence).lives.to_frame().set_index("group")
        lives = lives.reindex(rows["group"])
        begun = lives["durations"].where(lives["ended"].eq(True), np.inf)  # noqa: FBT003 - pandas'
        rows[f"age: {outcome}"] = begun.to_numpy()
        rows[f"seen: {outcome}"] = lives["potential"].to_numpy()
    return rows.reset_index(drop=True)


def _select_begun(study: Study) -> Evidence:
    known = Evidence.of(study).ended.of_known_age
    groups = known.groups
    begun = groups["first_us"].notna() & (groups["entry_us"] <= groups["first_us"])
    return known.only(groups.loc[begun.fillna(value=False), "group"])


def count_messages(study: Tables, groups: pd.DataFrame) -> Any:  # noqa: ANN401 - a function
    """Return a function that counts messages between two days since the first one."""
    daily = study.table("daily").astype({"group": "int64", "day": "int64"})
    age = daily["day"] - daily["group"].map(daily.groupby("group")["day"].min())

    def count(first: int, until: int) -> pd.Series[int]:
        own = daily[age.ge(first) & age.lt(until)].groupby("group")["messages"].sum()
        return groups["group"].map(own).fillna(0).astype("int64")

    return count


def _count_writers(study: Study, groups: pd.DataFrame) -> pd.Series[float]:
    """Count the people who wrote in the seven days from the first message on."""
    rates = study.table("rates").astype({"group": "int64", "age_day": "int64"})
    first = (groups["first_us"] - groups["origin_us"]) // DAY_US
    last = pd.DataFrame({"group": groups["group"], "age_day": first + WEEK_DAYS - 1})
    found = pd.merge_asof(
        last.astype("int64").reset_index().sort_values("age_day", kind="stable"),
        rates.sort_values("age_day", kind="stable"), on="age_day", by="group",
    )  # fmt: skip
    return found.set_index("index")["posters_28"].astype("float64")


def select_known(rows: pd.DataFrame, outcome: str, day: int) -> pd.DataFrame:
    """Select groups watched long enough, of places with enough; ``still``: no end."""
    known = rows[rows[f"seen: {outcome}"] >= day]
    size = known.groupby("place")["group"].transform("size")
    known = known[size >= FEWEST_OF_PLACE]
    return known.assign(still=known[f"age: {outcome}"] > day)


def count_cells(rows: pd.DataFrame, bands: pd.Series[Any]) -> list[pd.DataFrame]:
    """Count groups that continued, and all, by place (rows) and band (columns)."""
    by = rows.groupby([rows["place"], bands])["still"]
    return [
        found.unstack(fill_value=0).sort_index(axis=1)  # noqa: PD010 - of a series
        for found in (by.sum().astype("int64"), by.size())
    ]


def tabulate_first_pause(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the share of groups that began no pause, by messages of days 8–28.

    `rows`: of `collect_beginnings`. All places first (``place`` empty), then each.
    """
    for day in DAYS:
        known = select_known(rows, PAUSED, day)
        numbers = number_bands(known["messages_28"])
        bands = pd.Series(numbers, known.index, name="band")
        yield from _tabulate_day(known, bands, {"rule": PAUSED, "age_days": day})


def _tabulate_day(
    known: pd.DataFrame, bands: pd.Series[Any], about: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    still, groups = count_cells(known, bands)
    levels = fit_levels(still, groups)
    limits = [*pairwise(BANDS), (BANDS[-1], None)]
    for place in ["", *still.index]:
        for band, (least, more) in enumerate(limits):
            cell = about | {"place": place, "messages_from": least}
            cell["messages_to"] = None if more is None else more - 1
            n = int((groups[band] if not place else groups.loc[[place], band]).sum())
            if not place:
                names = ("no_pause", "no_pause_low", "no_pause_high")
                cell |= dict(zip(names, levels.share(band), strict=True))
                cell |= dict(
                    zip(("next_low", "next_high"), levels.next_share(band), strict=True)
                )
            elif n >= FEWEST:
                cell["no_pause"] = float(still.loc[place, band]) / n
            yield cell | {"groups": n, "places": int((groups[band] > 0).sum())}


@cache
def _read_table() -> pd.DataFrame:
    table = pd.read_csv(TABLE, keep_default_na=False, na_values=[""])
    return table[table["place"].isna()]


def number_bands(messages: pd.Series[int]) -> npt.NDArray[np.intp]:
    """Return the numbers of the bands that counts of messages in days 8–28 are in."""
    return np.digitize(messages, BANDS) - 1


def read_levels(day: int) -> Iterator[tuple[float, float]]:
    """Yield the next place's 95 % range of groups without a pause by a day, by band."""
    rows = _read_table()
    rows = rows[rows["age_days"].eq(day)].sort_values("messages_from", kind="stable")
    yield from zip(rows["next_low"], rows["next_high"], strict=True)


def chance_of_no_pause(messages: int, day: int = 105) -> Chance:
    """Estimate the chance that a group begins no pause, from its first month.

    A pause is a silence of 60 days, whether the group speaks again or not. Part of the
    forecast is arithmetic: three silent weeks are a third of one.

    Parameters
    ----------
    messages
        In days 8 to 28 of the group, the day of its first message being the first.
    day
        Of the group's age, by which none has begun: 105 or 365.

    Returns
    -------
    Chance
        With the range in which it lies in 19 of 20 further places.

    Raises
    ------
    ShequnError
        If there are fewer than no messages, or the day was not measured.

    Examples
    --------
    >>> quiet, busy = (chance_of_no_pause(n) for n in (0, 80))
    >>> quiet.chance < 0.5 < busy.low < busy.chance
    True
    """
    if not messages >= 0:
        raise ShequnError(
            f"{messages!r} is no number of messages", where="messages",
            remedy="give how many there were in days 8 to 28",
        )  # fmt: skip
    if day not in DAYS:
        raise NotIdentifiableError(
            f"the silence by day {day!r} was not measured", where="day",
            remedy=f"measured are days {' and '.join(map(str, DAYS))}",
        )  # fmt: skip
    rows = _read_table()
    at = rows["age_days"].eq(day) & rows["messages_from"].le(messages)
    row = rows[at].iloc[-1]
    population = say(
        "{groups} public groups of {sources} chats",
        groups=int(row["groups"]), sources=int(row["places"]),
    )  # fmt: skip
    share, low, high = (float(row[n]) for n in ("no_pause", "next_low", "next_high"))
    return Chance(share, low, high, population)
