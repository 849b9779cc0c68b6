"""Messages in the days after a community's meetings, compared with its other days."""

from __future__ import annotations

from functools import partial

import numpy as np

from helpers.arrays import Bools, Floats, Ints
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Components, Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rates.event_study import list_dated_events
from helpers.errors import NotIdentifiableError
from helpers.records import WEEK_DAYS
from helpers.survival import Interval
from helpers.survival.interval import Wald
from helpers.wording import say

AFTER, LONGER = 7, 14
LEAST_MEETINGS = 10
SURE_OVERLAP = 46  # hundredths of a meeting's guests
USUAL_DAYS = (0, 5)  # Monday and Saturday


@stands_in("s3-offline-meetups-help", needs=("daily", "meetup"), planned=True)
def messages_after_meetings(evidence: Evidence) -> Finding:
    """Estimate the ratio of messages in the week after meetings to other days."""
    counts, meeting_days = _read_days(evidence)
    followed = int((meeting_days + AFTER < len(counts)).sum())
    passed = gates.pass_gates(
        gates.require_units(
            followed, "{n} meetings followed for a week, {least} needed", LEAST_MEETINGS
        )
    )

    def estimate(days: int = AFTER, *, sure: bool = False) -> Components:
        chosen = _read_days(evidence, sure=True)[1] if sure else meeting_days
        return None, compare_days_after(counts, chosen, days)

    return Finding.estimated(
        estimate,
        say(
            "messages of days 1–7 after a meeting over those expected from"
            " other days of"
            " the same weekday; one community"
        ),
        passed,
        {
            say("days 1–14"): partial(estimate, LONGER),
            say("meetings known for sure"): partial(estimate, sure=True),
        },
        cases="meetings",
        qualifiers=("proxy", "association"),
        may="nothing",
        variant="houston",
        note=say(
            "{n} meetings in {days} days; lives are not compared",
            n=len(meeting_days),
            days=len(counts),
        ),
    )


def _read_days(evidence: Evidence, *, sure: bool = False) -> tuple[Floats, Floats]:
    """Return messages by day since the first, and the days of meetings.

    Parameters
    ----------
    sure
        Whether only meetings of large overlap on a usual weekday count.
    """
    daily, events = evidence.table("daily"), evidence.table("events")
    first, last = int(daily["day"].min()), int(daily["day"].max())
    start = first - (first + 3) % WEEK_DAYS  # a Monday; 1970-01-01 was a Thursday
    counts = np.full(last - start + 1, np.nan)
    counts[first - start :] = 0
    counts[(daily["day"] - start).to_numpy(int)] = daily["messages"]
    days = list_dated_events(evidence, "meetup")["day"]
    if sure:
        value = events.set_index("nth")["value"].reindex(range(len(days)))
        usual = ((days + 3) % WEEK_DAYS).isin(USUAL_DAYS).to_numpy()
        days = days[usual & value.ge(SURE_OVERLAP).to_numpy()]
    return counts, (days - start).to_numpy(np.float64)


def compare_days_after(counts: Floats, met: Floats, days: int) -> Interval:
    """Estimate the ratio of counts after events to other days of the same weekday.

    The error of its logarithm is the standard deviation over all shifts of the events
    around the record, which keep their distances and the counts' own persistence.

    Parameters
    ----------
    counts : shape (days,)
        By day, from a Monday on; NaN before the record.
    met : shape (events,)
        Days of events.
    days
        How many days after an event are compared.
    """
    ratio = _compute_ratio(counts, met, days)
    shifts = [
        _compute_ratio(counts, (met + by) % len(counts), days)
        for by in range(days + 1, len(counts) - days)
    ]
    logs = np.log([shift for shift in shifts if np.isfinite(shift) and shift > 0])
    if not np.isfinite(ratio) or ratio <= 0 or len(logs) <= len(met):
        raise NotIdentifiableError("no other day of the same weekday is left")
    return Interval.of(
        ratio,
        Wald(ratio, float(np.std(logs)), "log", len(met) - 1),
        method="all shifts of the meetings, log scale",
        n=len(met),
        clusters=len(met),
    )


def _compute_ratio(counts: Floats, met: Floats, days: int) -> float:
    """Return the ratio of counts after events to those expected by weekday."""
    has_count, weekday = ~np.isnan(counts), np.arange(len(counts)) % WEEK_DAYS
    after = has_count & _mark_days(len(counts), met, np.arange(1, days + 1))
    other = has_count & ~_mark_days(len(counts), met, np.arange(days + 1))
    sums = np.bincount(weekday[other], counts[other], WEEK_DAYS)
    with np.errstate(invalid="ignore"):
        usual = sums / np.bincount(weekday[other], minlength=WEEK_DAYS)
    expected = usual[weekday[after]].sum()
    return float(counts[after].sum() / expected) if expected > 0 else np.nan


def _mark_days(length: int, met: Floats, offsets: Ints) -> Bools:
    marked = np.zeros(length, bool)
    at = np.add.outer(met.astype(int), offsets).ravel()
    marked[at[at < length]] = True
    return marked
