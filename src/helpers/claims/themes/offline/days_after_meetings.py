"""Messages after meetings: on a community's days, or in months of groups that met.

The days are compared with its other days, the months with those of other groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.arrays import Bools, Floats, Ints
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Components, Finding, Specification
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.count_regression import fit_within
from helpers.claims.designs.event_study import list_dated_events
from helpers.errors import NotIdentifiableError
from helpers.records import WEEK_DAYS
from helpers.survival import Interval
from helpers.survival.bootstrap import cluster_by_label
from helpers.survival.interval import Wald
from helpers.wording import say

AFTER, LONGER = 7, 14
LEAST_MEETINGS = 10
SURE_OVERLAP = 46  # hundredths of a meeting's guests
USUAL_DAYS = (0, 5)  # Monday and Saturday
LEAST_IN_ARM, LARGE = 30, 3  # groups; band of more than 30 people
YEAR, MET_IN = 12, 12 * (2023 - 1970) + 8  # September 2023
HALF_A_YEAR = 6


@stands_in("s3-offline-meetups-help", needs=("group_months",), planned=True)
@stands_in("s3-offline-meetups-help", needs=("daily", "meetup"), planned=True)
def messages_after_meetings(evidence: Evidence) -> Finding:
    """Estimate the ratio of messages or mails after meetings to those without one."""
    by_day = evidence.records("daily", "meetup")
    return (_compare_days if by_day else _compare_mails)(evidence)


def _compare_days(evidence: Evidence) -> Finding:
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


def _compare_mails(evidence: Evidence) -> Finding:
    """Estimate the ratio of changes in mails: groups that met in person to the rest."""
    rows = _build_rows(evidence)
    has_met = rows.drop_duplicates("group")["met"] > 0
    smaller = int(min(has_met.sum(), (~has_met).sum()))
    passed = gates.pass_gates(
        gates.require_units(
            smaller,
            "{n} groups in the smaller arm, {least} needed",
            LEAST_IN_ARM,
        )
    )
    large = rows["met"].eq(0) | rows["met"].ge(LARGE)
    alternatives: dict[str, Callable[[], Components]] = {
        say("more than 30 people in the room"): partial(_estimate, rows[large]),
        say("comparison groups with as much mail before"): lambda: _estimate(
            _match_on_mail(rows)
        ),
        say("October to December"): partial(_estimate, rows, months=3),
    }
    specifications = (
        *(
            Specification.tried(name, estimate)
            for name, estimate in alternatives.items()
        ),
        Specification.tried(
            say("a year earlier"), partial(_estimate, rows, MET_IN - YEAR), counts=False
        ),
    )
    return Finding(
        components=_estimate(rows),
        definition=say(
            "mails in October and November 2023 against the year before,"
            " groups that met in person in September over groups that did"
            " not"
        ),
        gates=passed,
        specifications=specifications,
        controls=(
            Specification.tried(
                say("half a year earlier"), lambda: _compare(rows, MET_IN - HALF_A_YEAR)
            ),
        ),
        qualifiers=("proxy", "association"),
        variant="seville",
        note=say(
            "{met} groups met and {others} did not; ends are not compared",
            met=int(has_met.sum()),
            others=int((~has_met).sum()),
        ),
    )


def _build_rows(evidence: Evidence) -> pd.DataFrame:
    facts = evidence.table("facts")
    has_met = facts[facts["fact"].eq("met")].set_index("group")["value"]
    months = evidence.table("group_months")
    return months.assign(met=months["group"].map(has_met).fillna(0.0))


def _estimate(rows: pd.DataFrame, at: int = MET_IN, months: int = 2) -> Components:
    return None, _compare(rows, at, months)


def _compare(rows: pd.DataFrame, at: int, months: int = 2) -> Interval:
    """Estimate the ratio of mails after to before, groups that met in person to rest.

    Months from `at` − 12 to `at` + 11; a placebo month stops before the meeting.
    """
    last = min(at + YEAR, MET_IN) if at < MET_IN else at + YEAR
    own = rows[rows["month"].between(at - YEAR, last - 1)].reset_index(drop=True)
    has_met, since = own["met"].gt(0), own["month"] - at
    exposures = {
        "after": has_met & since.between(1, months),
        "month itself": has_met & since.eq(0),
        "later": has_met & since.gt(months),
    }
    calendar = pd.get_dummies(own["month"], drop_first=True, dtype=float)
    columns = pd.DataFrame(exposures).astype(float)
    x = columns.loc[:, columns.any()].join(calendar.rename(columns=str))
    fitted = fit_within(own["items"], x, own["group"], cluster_by_label(own["group"]))
    return replace(fitted.ratio("after"), n=own["group"].nunique())


def _match_on_mail(rows: pd.DataFrame) -> pd.DataFrame:
    """Match each group that met in person with the one most similar in earlier mails.

    A group of comparison is used once; nearest first.
    """
    before = rows[rows["month"].between(MET_IN - YEAR, MET_IN - 1)]
    mean = np.log1p(before.groupby("group")["items"].mean())
    has_met = before.drop_duplicates("group").set_index("group")["met"] > 0
    met_means, unmet_means = mean[has_met], mean[~has_met]
    gaps = np.abs(met_means.to_numpy()[:, None] - unmet_means.to_numpy()[None, :])
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for place in np.argsort(gaps, axis=None, kind="stable"):
        first, other = divmod(int(place), gaps.shape[1])
        if first not in pairs and other not in used:
            pairs[first] = other
            used.add(other)
    matched_groups = {
        *met_means.index[list(pairs)],
        *unmet_means.index[list(pairs.values())],
    }
    return rows[rows["group"].isin(matched_groups)]
