"""The chance that a group stays active, from one number: the people who write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.paths import PROCESSED
from helpers.records import DAY_US, MONTH_DAYS
from helpers.study import Study
from helpers.wording import say

FOLDER = PROCESSED / "forecast"
AHEAD, WITHIN = 90, 60  # days
YEAR = 365.25
NAMES = ("intercept", "log_writers", "log_years")
OWN, OF_KIND = "own", "kind"  # whose base rate is used
EDGE = 0.005  # of shares
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance that a group still talks three to five months from now.

    Attributes
    ----------
    chance, low, high
        And how far it was off on 19 of 20 occasions in sources that were left out.
    population
        Groups that it was learnt from, in words.
    """

    chance: float
    low: float
    high: float
    population: str


def list_moments(
    study: Study, ahead: tuple[int, int] = (AHEAD, AHEAD + WITHIN - 1)
) -> pd.DataFrame:
    """List a study's groups every 28 days: their writers, and if active later.

    Parameters
    ----------
    study
        With the tables ``groups``, ``rates`` and ``daily``, and people in ``rates``.
    ahead
        First and last of the days after the moment that are looked at.

    Returns
    -------
    ``source, kind, group, age`` (days), ``writers`` (of the last 28 days, at least
    one) and ``alive``: whether there was a message on those days.
    """
    start, stop = ahead[0], ahead[1] + 1
    groups = study.table("groups").dropna(subset="end_us")  # known until when seen
    groups = groups.astype({"group": "int64"}).set_index("group")
    age = {
        name: (groups[name] - groups["origin_us"]) / DAY_US
        for name in ("entry_us", "end_us")
    }
    last = (age["end_us"] - stop).clip(lower=0)
    counts = (last // MONTH_DAYS).astype("int64")
    rows = pd.DataFrame({"group": counts.index.repeat(counts)})
    rows["age"] = MONTH_DAYS * (rows.groupby("group").cumcount() + 1)
    rows = rows[rows["group"].map(age["entry_us"]) <= rows["age"]]
    rates = study.table("rates")[["group", "age_day", "posters_28"]].astype(
        {"group": "int64", "age_day": "int64"}
    )
    rows = pd.merge_asof(
        rows.assign(at=rows["age"] - 1).sort_values("at", kind="stable"),
        rates.sort_values("age_day", kind="stable"),
        left_on="at", right_on="age_day", by="group",
    )  # fmt: skip
    rows = rows[rows["posters_28"] > 0].sort_values(["group", "age"])
    daily = study.table("daily").astype({"group": "int64", "day": "int64"})
    origin = groups["origin_us"] // DAY_US
    most = 10**6  # days: numbers of a group and day never meet
    spoken = np.sort(daily["group"] * most + daily["day"] - daily["group"].map(origin))
    now = rows["group"] * most + rows["age"]
    found = [np.searchsorted(spoken, now + days) for days in (start, stop)]
    return pd.DataFrame(
        {
            "source": study.name,
            "kind": study.manifest.kind,
            "group": rows["group"],
            "age": rows["age"],
            "writers": rows["posters_28"].astype("int64"),
            "alive": found[1] > found[0],
        }
    ).reset_index(drop=True)


def build_design(rows: pd.DataFrame, bases: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the log odds of base rates, and the columns of `NAMES`."""
    rate = bases["base_rate"].to_numpy(np.float64).clip(EDGE, 1 - EDGE)
    typical = bases["typical_writers"].to_numpy(np.float64)
    columns = [
        np.ones(len(rows)),
        np.log(rows["writers"].to_numpy(np.float64) / typical),
        np.log(rows["age"].to_numpy(np.float64) / YEAR),
    ]
    return np.asarray(logit(rate)), np.column_stack(columns)


@cache
def _read_record() -> tuple[Mapping[tuple[str, str], float], pd.DataFrame]:
    table = pd.read_csv(FOLDER / "coefficients.csv", keep_default_na=False)
    keys = zip(table["name"], table["kind"], strict=True)
    values = dict(zip(keys, table["value"].astype(float), strict=True))
    return values, pd.read_csv(FOLDER / "left_out.csv", keep_default_na=False)


def chance_of_going_on(
    writers: int,
    age: float,
    kind: str,
    base_rate: float | None = None,
    typical_writers: float | None = None,
) -> Chance:
    """Estimate the chance that a group still talks three to five months from now.

    Parameters
    ----------
    writers
        People who wrote in the last 28 days.
    age
        Of the group, in days.
    kind
        ``chat`` or ``forum``; others were not measured.
    base_rate
        Share of comparable groups, such as your own others, that still talked 90–149
        days later; left out, that of the public sources of this kind.
    typical_writers
        Writers of 28 days in these groups, as a geometric mean; left out, that of the
        public sources of this kind.

    Raises
    ------
    NotIdentifiableError
        Outside the range that was measured, or where predictions of sources left out
        were no better than the base rate alone.

    Examples
    --------
    >>> few, many = (chance_of_going_on(n, 365, "chat", 0.8) for n in (2, 20))
    >>> bool(few.low < few.chance < many.chance < many.high)
    True
    """
    values, scores = _read_record()
    base = OF_KIND if base_rate is None else OWN
    _check_state(writers, age, kind, base_rate, typical_writers)
    _check_skill(scores, kind, base)
    used = pd.DataFrame(
        {
            "base_rate": [
                values["base_rate", kind] if base_rate is None else base_rate
            ],
            "typical_writers": [typical_writers or values["typical_writers", kind]],
        }
    )
    offset, design = build_design(
        pd.DataFrame({"writers": [writers], "age": [age]}), used
    )
    centre = float((offset + design @ [values[name, ""] for name in NAMES])[0])
    spread = Z * values[f"spread_{base}", ""]
    chance, low, high = expit([centre, centre - spread, centre + spread]).tolist()
    population = say(
        "{groups} public groups of {sources} sources",
        groups=round(values["groups", kind]), sources=round(values["sources", kind]),
    )  # fmt: skip
    return Chance(chance, low, high, population)


def _check_state(
    writers: int, age: float, kind: str, rate: float | None, typical: float | None
) -> None:
    values, _ = _read_record()
    where = "chance of going on"
    if ("sources", kind) not in values:
        known = sorted({of for name, of in values if name == "sources"})
        raise NotIdentifiableError(
            f"no public source of kind {kind!r} counts the people who write",
            where=where, remedy=f"measured are {', '.join(known)}",
        )  # fmt: skip
    if rate is not None and not 0 < rate < 1:
        raise ShequnError(
            f"{rate!r} is no share between 0 and 1", where="base_rate",
            remedy="give the share of comparable groups that went on",
        )  # fmt: skip
    if typical is not None and not typical >= 1:
        raise ShequnError(
            f"{typical!r} is less than one person", where="typical_writers",
            remedy="give the geometric mean of writers of groups that talk",
        )  # fmt: skip
    if not writers >= 1:
        raise NotIdentifiableError(
            "nobody wrote in the last 28 days: silent groups are not forecast",
            where=where, remedy="see how often silent groups speak again instead",
        )  # fmt: skip
    for value, least, most, what in (
        (writers, 1, values["most_writers", kind], "writers"),
        (age, MONTH_DAYS, values["most_days", kind], "days of age"),
    ):
        if not least <= value <= most:
            raise NotIdentifiableError(
                f"{value:g} {what} are outside what was measured, {least} to {most:g}",
                where=where, remedy="no forecast is made there",
            )  # fmt: skip


def _check_skill(scores: pd.DataFrame, kind: str, base: str) -> None:
    row = scores[
        (scores["kind"] == kind) & (scores["base"] == base) & (scores["source"] == "")
    ]
    skill, low = float(row["skill"].iloc[0]), float(row["skill_low"].iloc[0])
    if low <= 0:
        raise NotIdentifiableError(
            f"in sources of kind {kind!r} that were left out, counting writers was no"
            f" better than the base rate for sure (Brier skill {skill:.2f})",
            where="chance of going on",
            remedy="use the share of such groups that went on",
        )  # fmt: skip
