"""The chance of no message in the next 60 days, from what is seen today.

Logistic, places at random; fitted, and tried on places left out, by the validation.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.forecast.moments import AGES
from helpers.paths import PROCESSED
from helpers.records import MONTH_DAYS
from helpers.small_counts import ENOUGH_GROUPS
from helpers.wording import Message, Verbatim, say

FOLDER = PROCESSED / "forecast"
NAMES = (
    "intercept", "log_writers", "log_days_since", "log_age", "quiet",
    "quiet_log_days_since", "quiet_log_age",
)  # fmt: skip
YOUNGEST, OLDEST = AGES[0], AGES[-1]
Z = 1.959963984540054
FAULTS = {
    "numbers": say("age, days, messages and writers are whole numbers, 0 or more"),
    "young": say("before day 7 there is too little to go by: come back then"),
    "old": say("no group older than 1,400 days was followed for long enough"),
    "since": say("the days since the last message are fewer than the group’s age"),
    "quiet": say("28 days after the last message, the last 28 days hold no message"),
    "busy": say("with a message in the last 28 days, their count is at least one"),
    "writers": say("each writer wrote a message, and each message has a writer"),
    "members": say("there cannot be more writers than members"),
}


class Forecast(NamedTuple):
    """The share of such groups without a message in the next 60 days."""

    share: float
    low: float  # of the range in one more place, or of the 95 % interval of one's own
    high: float
    population: str  # groups that it was learnt from, in words
    shift: Shift | None = None

    def describe(self) -> Message:
        """Return the sentence that every page prints."""
        text = SENTENCE if self.shift is None else RECALIBRATED
        share, low, high = map(name_of_100, (self.share, self.low, self.high))
        reach = low if low == high else REACH.fill(low=low, high=high)
        return text.fill(share=share, reach=reach)


SENTENCE = say(
    "In {share} of 100 such groups nobody writes for the next 60 days (in a community"
    " not in the data, {reach})."
)
RECALIBRATED = say("Recalibrated by the groups here: {share} ({reach}).")
REACH = say("{low} to {high}")  # one number where both ends are called alike


def predict_silence(
    age: int,
    days_since: int,
    messages: int,
    writers: int,
    *,
    members: int | None = None,
    past: pd.DataFrame | Shift | None = None,
) -> Forecast:
    """Estimate the chance that a group has no message in the next 60 days.

    Parameters
    ----------
    age
        Of the group, in days since its first message: 7 to 1,400.
    days_since
        Whole days since the last message; 0 on its day.
    messages, writers
        Of the last 28 days.
    members
        If known: only checked.
    past
        Past days of your own groups, of `moments`: the chance is then recalibrated by
        what followed.

    Returns
    -------
    Forecast
        The share, and its range in one more place; with `past` its 95 % interval.

    Raises
    ------
    ShequnError
        If the numbers contradict each other, or lie outside what was measured.
    NotIdentifiableError
        If `past` has fewer than five groups that were watched for long enough.

    Examples
    --------
    >>> few, many = (predict_silence(120, days, 5, 2).share for days in (3, 20))
    >>> bool(few < many)
    True
    """
    fault = find_fault(age, days_since, messages, writers, members)
    if fault:
        raise ShequnError(
            FAULTS[fault], where=say("forecast"), remedy=say("check these numbers")
        )  # fmt: skip
    values = read_coefficients()
    centre, reach = float(tell([age], [days_since], [writers])[0]), values["reach"]
    shift = recalibrate(past) if isinstance(past, pd.DataFrame) else past
    if shift is not None:
        centre, reach = centre + shift.mode, Z * shift.error
    ends = [centre, centre - reach, centre + reach]
    share, low, high = scipy.special.expit(ends).tolist()
    counts = {name: round(values[name]) for name in ("groups", "places")}
    population = say("{groups} public groups of {places} chats", **counts)
    return Forecast(share, low, high, population, shift)


def find_fault(
    age: int, days_since: int, messages: int, writers: int, members: int | None = None
) -> str:
    """Return which of `FAULTS` numbers have, or an empty string."""
    given = [age, days_since, messages, writers, members or 0]
    if not all(number >= 0 and number % 1 == 0 for number in given):
        return "numbers"
    found = {
        "young": age < YOUNGEST,
        "old": age > OLDEST,
        "since": days_since >= age,
        "quiet": days_since >= MONTH_DAYS and messages > 0,
        "busy": days_since < MONTH_DAYS and messages == 0,
        "writers": writers > messages or (messages > 0 and writers == 0),
        "members": members is not None and writers > members,
    }
    return next((name for name, is_so in found.items() if is_so), "")


def build_columns(
    age: npt.ArrayLike, days_since: npt.ArrayLike, writers: npt.ArrayLike
) -> Floats:
    """Return the columns of `NAMES`."""
    since = np.log1p(np.asarray(days_since, float))
    months = np.log(np.asarray(age, float) / MONTH_DAYS)
    quiet = (np.asarray(days_since) >= MONTH_DAYS).astype(float)
    spoke = np.log1p(np.asarray(writers, float))
    columns = [np.ones_like(since), spoke, since, months, quiet]
    return np.column_stack([*columns, quiet * since, quiet * months])


def recalibrate(past: pd.DataFrame) -> Shift:
    """Find the shift of own groups from what is predicted of their past days."""
    rows = past[past["age"].isin(APART)]
    if (groups := rows["group"].nunique()) < ENOUGH_GROUPS:
        raise NotIdentifiableError(
            f"{groups} groups with past days, {ENOUGH_GROUPS} needed", where="past"
        )
    told = tell(rows["age"], rows["days_since"], rows["writers"])
    return find_shift(rows, told)


@cache
def read_coefficients() -> Mapping[str, float]:
    """Read the stored coefficients and what they were fitted on."""
    table = pd.read_csv(FOLDER / "coefficients.csv")
    return MappingProxyType(dict(zip(table["name"], table["value"], strict=True)))


def tell(
    age: npt.ArrayLike, days_since: npt.ArrayLike, writers: npt.ArrayLike
) -> Floats:
    """Return the logits that the stored model predicts of a typical place."""
    slopes = [read_coefficients()[name] for name in NAMES]
    return np.asarray(build_columns(age, days_since, writers) @ slopes)


APART = (28, 105, 200, 280, 365, 500, 730, 1000, 1400)  # their 60 days don't overlap
LEAST = 0.01  # a share that is predicted as a number
STEPS = 50


class Shift(NamedTuple):
    """How far own groups are from what is predicted, on the logit scale."""

    mode: float
    error: float
    groups: int
    told: float  # mean share on their past days
    seen: float  # after which no message came

    def describe(self) -> Message:
        """Return the sentence that sets what was predicted next to what followed."""
        told, seen = name_of_100(self.told), name_of_100(self.seen)
        return say(
            "Tried on past days of {groups} groups here: 60 days of silence were to"
            " follow {told} of 100 of these days, and followed {seen}; what is"
            " “recalibrated” allows for that.",
            groups=self.groups, told=told, seen=seen,
        )  # fmt: skip


def name_of_100(share: float) -> Message | Verbatim:
    """Return a share as a number of 100, never as none or all.

    >>> [str(name_of_100(share)) for share in (0.004, 0.374, 0.999)]
    ['fewer than 1', '37', 'more than 99']
    """
    if LEAST <= share <= 1 - LEAST:
        return Verbatim(f"{100 * share:.0f}")
    return say("fewer than 1") if share < LEAST else say("more than 99")


def find_shift(rows: pd.DataFrame, told: Floats) -> Shift:
    """Find the shift (prior N(0, 1)) from predicted logits and outcomes."""
    silent, mode = rows["silent"].to_numpy(float), 0.0
    for _ in range(STEPS):
        shares = scipy.special.expit(told + mode)
        curve = 1 + float((shares * (1 - shares)).sum())
        slope = float((silent - shares).sum()) - mode
        mode += min(max(slope / curve, -1.0), 1.0)
    means = float(scipy.special.expit(told).mean()), float(silent.mean())
    return Shift(mode, curve**-0.5, rows["group"].nunique(), *means)
