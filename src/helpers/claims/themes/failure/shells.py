"""Share of groups that are dead or nearly inactive ("shells") at a date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Specification,
    Supplement,
    estimates,
    multiply_sets,
)
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.source_facts import SIDE_BY_SIDE, LastActivity
from helpers.claims.contract.study_view import Evidence, SpeaksFor
from helpers.claims.quantities.deaths import (
    SHUT_OUT,
    extend_follow_up,
    find_few_poster_spells,
    find_little_traffic,
    find_state_at,
)
from helpers.claims.quantities.quantity import count_exactly, enclose_bounds
from helpers.claims.quantities.registered import extend_to_record_end
from helpers.claims.quantities.spans import MONTH
from helpers.claims.quantities.two_dates import select_followed
from helpers.prose import format_share
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import say

W_DAYS, LEAST_AGE_DAYS = int(SILENCE_DAYS), MONTH
POSTERS, TRAFFIC = 3, 0.10
SHELLS = (
    (POSTERS, TRAFFIC),
    (2, TRAFFIC),
    (5, TRAFFIC),
    (POSTERS, 0.05),
    (POSTERS, 0.20),
)
QUARTERS = 8


@stands_in("s0-200-of-343-shells", ("registry.last_us",), planned=True)
@estimates("s0-200-of-343-shells")
def shells(evidence: Evidence) -> Finding:
    """Estimate the share of groups that are dead or nearly inactive at a date.

    A shell is alive by silence, yet has fewer than 3 posters or under a tenth of its
    past peak of traffic. The roster is a census of the network: its share is exact.
    """
    if not evidence.records("groups"):
        return _count_silent(evidence)
    at_us = find_last_date(evidence)
    dead_or_shell = classify_gone_or_shell(evidence, at_us)
    passed = gates.pass_gates(gates.require_groups(len(dead_or_shell)))
    has_senders = evidence.observability.sender_ids
    return Finding(
        components=(_estimate_share(evidence, at_us),),
        definition=say(
            "silent, under {traffic} of past peak traffic{few} on {date}; groups of age"
            " ≥ {age} d",
            traffic=format_share(TRAFFIC),
            few=say(" or under {posters} posters", posters=POSTERS)
            if has_senders
            else say("; posters not known"),
            date=_format_date(at_us),
            age=LEAST_AGE_DAYS,
        ),
        gates=passed,
        specifications=_list_alternatives(evidence, at_us),
        qualifiers=("portable form", *evidence.busy_only),
        beside=_count_parts(dead_or_shell, evidence, at_us),
        note=say(
            "{gone} of {n} groups; they were not founded by splitting",
            gone=int(dead_or_shell.sum()),
            n=len(dead_or_shell),
        ),
        speaks_for=_choose_allowed_sides(evidence),
        may=evidence.may_die,
    )


def _count_parts(
    dead_or_shell: pd.Series[bool], evidence: Evidence, at_us: int
) -> tuple[Supplement, ...]:
    """Count groups by whether they ever had a message; empty where all had."""
    last = evidence.groups.set_index("group")["last_us"]
    listed = last.reindex(dead_or_shell.index)
    started = dead_or_shell[listed.notna()]
    if len(started) == len(dead_or_shell):
        return ()
    name = say("dead or in name only, ever started")
    silent = (listed <= at_us).fillna(value=False).astype(bool)
    return (
        Supplement(name, count_exactly(started), "ever started"),
        Supplement(say("groups without a message"), count_exactly(listed.isna())),
        Supplement(say("had messages, silent for good"), count_exactly(silent)),
    )


def find_last_date(evidence: Evidence) -> int:
    """Return the last date from which all groups are observed for 60 more days."""
    ends = extend_follow_up(_select_visible(evidence))["end_us"]
    gates.pass_gates(gates.require_groups(len(ends)))
    return int(ends.min()) - W_DAYS * DAY_US


def classify_gone_or_shell(
    evidence: Evidence, at_us: int, *, posters: int = POSTERS, traffic: float = TRAFFIC
) -> pd.Series[bool]:
    """Return which groups are dead or nearly inactive at a date."""
    rows = _select_visible(evidence)
    old = at_us - rows["origin_us"] >= LEAST_AGE_DAYS * DAY_US
    groups = rows[old].set_index("group", drop=False)
    ages = (at_us - groups["origin_us"]) / DAY_US
    shell = is_shell(evidence, groups, ages, posters=posters, traffic=traffic)
    return shell | ~(groups["last_us"] > at_us).fillna(value=False).astype(bool)


def _select_visible(evidence: Evidence) -> pd.DataFrame:
    """Select groups observed from origin that never excluded the recording program."""
    rows = evidence.from_birth
    return rows[rows["closed_kind"] != SHUT_OUT]


def is_shell(
    evidence: Evidence,
    groups: pd.DataFrame,
    ages: pd.Series[float],
    *,
    posters: int = POSTERS,
    traffic: float = TRAFFIC,
) -> pd.Series[bool]:
    """Return whether each group is nearly inactive: few posters or low traffic.

    Parameters
    ----------
    groups, ages
        Keyed by group.
    """
    groups = extend_follow_up(groups)
    quiet = find_state_at(find_little_traffic(groups, evidence.rates, traffic), ages)
    if evidence.observability.sender_ids:
        quiet |= find_state_at(
            find_few_poster_spells(groups, evidence.rates, posters), ages
        )
    return quiet


def _estimate_share(evidence: Evidence, at_us: int) -> Interval:
    """Count the share of groups dead or nearly inactive at a date."""
    exact = count_exactly(classify_gone_or_shell(evidence, at_us))
    if not (error := evidence.time_error_days):
        return exact
    dates = (at_us - round(error * DAY_US), at_us + round(error * DAY_US))
    bounds = [count_exactly(classify_gone_or_shell(evidence, date)) for date in dates]
    return enclose_bounds(
        exact, *bounds, why=say("both bounds of ±{error:g} d", error=error)
    )


def _list_alternatives(evidence: Evidence, at_us: int) -> tuple[Specification, ...]:
    """List alternative definitions of a near-inactive group, and other dates."""
    last = say("on {date}", date=_format_date(at_us))
    quarters = {
        say("on {date}", date=_format_date(date)): date
        for date in _list_quarters(evidence, at_us)
    }
    earlier = {name: date for name, date in quarters.items() if name != last}
    sets: dict[str, Mapping[str, Any]] = {
        "shell": {_format_label(shell): shell for shell in SHELLS},
        "at_us": {last: at_us, **earlier},
    }
    return multiply_sets(sets, partial(_estimate_count, evidence), biased=earlier)


def _format_label(shell: tuple[int, float]) -> str:
    posters, traffic = shell
    return say(
        "under {posters} posters or {traffic} of peak",
        posters=posters,
        traffic=format_share(traffic),
    )


def _estimate_count(
    evidence: Evidence, at_us: int, shell: tuple[int, float]
) -> Interval:
    posters, traffic = shell
    dead_or_shell = classify_gone_or_shell(
        evidence, at_us, posters=posters, traffic=traffic
    )
    gates.pass_gates(gates.require_groups(len(dead_or_shell)))
    return count_exactly(dead_or_shell)


def _list_quarters(evidence: Evidence, at_us: int) -> list[int]:
    """Return the ends of the quarters between the first group and the last date."""
    first = int(evidence.from_birth["origin_us"].min())
    start, stop = (pd.Timestamp(instant, unit="us") for instant in (first, at_us))
    dates = pd.date_range(start, stop, freq="QE", normalize=True)
    return [int(date.value // 1000) for date in dates.as_unit("ns")]


def _format_date(at_us: int) -> str:
    return str(pd.Timestamp(at_us, unit="us").date())


def _choose_allowed_sides(evidence: Evidence) -> SpeaksFor:
    """Return the allowed verdicts; none that contradict if posters are unrecorded."""
    frame = evidence.speaks_for()
    if evidence.observability.sender_ids:
        return frame
    return "support" if frame in {"both", "support"} else "neither"


def _count_silent(evidence: Evidence) -> Finding:
    """Estimate the share of groups inactive at the last date that can be observed.

    At that date nothing came for 60 days; the roster is a census, its share is exact.
    """
    rows = extend_to_record_end(evidence.groups)
    _, source = select_followed(evidence)
    at_us = _find_latest(source, rows)
    is_silent = classify_silent_at(rows, at_us)
    passed = gates.pass_gates(gates.require_groups(len(is_silent)))
    return Finding(
        components=(count_exactly(is_silent),),
        definition=say(
            "no {activity} for 60 days from {date} on; groups of age ≥ {age} d; shells"
            " can't be seen",
            activity=source.what,
            date=_format_date(at_us),
            age=LEAST_AGE_DAYS,
        ),
        gates=passed,
        specifications=tuple(_list_silent_alternatives(rows, at_us)),
        qualifiers=(*(() if source.talk else ("proxy",)), "portable form"),
        note=say(
            "{gone} of {n} groups, a lower bound; they were not founded by splitting",
            gone=int(is_silent.sum()),
            n=len(is_silent),
        ),
        may="support",
        speaks_for="support" if evidence.speaks_for() != "contradict" else "neither",
    )


def _find_latest(source: LastActivity, rows: pd.DataFrame) -> int:
    """Return the pre-registered date, else the last date with 60 days of follow-up."""
    if source.silent_on is not None:
        at = pd.Timestamp(source.silent_on) - pd.Timestamp(0)
        return int(at / pd.Timedelta(1, "us"))
    return int(rows["end_us"].min()) - int(SIDE_BY_SIDE[0]) * DAY_US


def classify_silent_at(rows: pd.DataFrame, at_us: int) -> pd.Series[bool]:
    """Return which groups had no activity after a date."""
    old = rows[at_us - rows["origin_us"] >= LEAST_AGE_DAYS * DAY_US]
    is_silent: pd.Series[bool] = ~(old["last_us"] > at_us).astype(bool)
    return is_silent


def _list_silent_alternatives(
    rows: pd.DataFrame, at_us: int
) -> Iterator[Specification]:
    """Yield shares of inactive groups for other silence lengths, groups and dates."""
    started = rows[rows["last_us"].notna()]
    later = int(SIDE_BY_SIDE[1] - SIDE_BY_SIDE[0]) * DAY_US
    sets: Sets = {
        "table": {
            say("all groups"): rows,
            **({say("ever started"): started} if len(started) < len(rows) else {}),
        },
        "date": {say("silent for 60 days"): at_us, say("for 180 days"): at_us - later},
    }
    yield from multiply_sets(sets, _count_silent_at)
    first = pd.Timestamp(int(rows["origin_us"].min()), unit="us")
    dates = pd.date_range(first, pd.Timestamp(at_us, unit="us"), freq="QE")
    for date in dates.normalize()[-QUARTERS:]:
        at = int((date - pd.Timestamp(0)) / pd.Timedelta(1, "us"))
        estimate = partial(_count_silent_at, rows, at)
        yield Specification.tried(
            say("on {date}", date=date.date()), estimate, counts=False
        )


def _count_silent_at(table: pd.DataFrame, date: int) -> Interval:
    is_silent = classify_silent_at(table, date)
    gates.pass_gates(gates.require_groups(len(is_silent)))
    return count_exactly(is_silent)
