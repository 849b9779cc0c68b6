"""Share of groups inactive by an age, from creation and last activity alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Specification, Supplement
from helpers.claims.contract.source_facts import LastActivity
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import DECIDING, SHOWN, estimate_failure
from helpers.claims.quantities.registered import define_registered_lifetimes
from helpers.claims.quantities.two_dates import (
    cut_before,
    enclose_both,
    list_lifetime_readings,
    select_firmer,
)
from helpers.survival import Interval, naive
from helpers.survival.bootstrap import Draws
from helpers.wording import say


def estimate_silent_by(
    rows: Evidence,
    source: LastActivity,
    horizon: float,
    more: tuple[Specification, ...],
) -> Finding:
    """Estimate the share of groups inactive by an age, by two lengths of silence."""
    ends = list_lifetime_readings(rows)
    passed = gates.pass_gates(*gates.require_failure_gates(ends[-1].lives, horizon))
    intervals = [estimate_failure(end, horizon) for end in ends]
    own, started = enclose_both(intervals), tuple(_list_started(rows, horizon))
    return Finding(
        components=(own,),
        definition=_describe_silence(source),
        gates=passed,
        specifications=(
            *more,
            *started,
            *_list_alternatives(rows, horizon),
            *_list_longer(rows, source, horizon),
        ),
        supported_with=tuple(_list_firm_estimates(rows, source, horizon)),
        beside=tuple(
            Supplement(say("W = {w:g}", w=w), interval)
            for w, interval in zip(source.windows, intervals, strict=True)
        ),
        qualifiers=(*(() if source.talk else ("proxy",)), *source.prints),
        note=say(
            "traffic is not known, so that neither W is made to fit it;"
            " silences before the last activity are unseen"
        ),
        shared=next(
            (
                component
                for specification in started
                for component in specification.components
            ),
            own,
        ),
        shared_specifications=tuple(_list_common(rows, source, horizon)),
        speaks_for=rows.speaks_for(),
    )


def _list_common(
    rows: Evidence, source: LastActivity, horizon: float
) -> Iterator[Specification]:
    """Yield other shares of groups inactive, of those that were ever active."""
    started = _select_started(rows)
    if len(started.groups) < len(rows.groups):
        yield from _list_alternatives(started, horizon)
        yield from _list_longer(started, source, horizon)


def _select_started(rows: Evidence) -> Evidence:
    return rows.only(rows.groups.loc[rows.groups["last_us"].notna(), "group"])


def estimate_share_silent(
    rows: Evidence, horizon: float, replicates: Draws = DECIDING
) -> Interval:
    """Estimate the share of groups inactive by an age, over two silence lengths."""
    ends = list_lifetime_readings(rows)
    gates.pass_gates(*gates.require_failure_gates(ends[-1].lives, horizon))
    return enclose_both(
        estimate_failure(end, horizon, replicates=replicates) for end in ends
    )


def _list_firm_estimates(
    rows: Evidence, source: LastActivity, horizon: float
) -> Iterator[Supplement]:
    """Yield the share of groups inactive, of those active enough for exact dates."""
    if (firm_rows := select_firmer(rows, source)) is not None and source.firm:
        fact, least = source.firm
        yield Supplement(
            say("{least:g} {fact} or more", least=least, fact=fact),
            estimate_share_silent(firm_rows, horizon),
        )


def _list_alternatives(rows: Evidence, horizon: float) -> Iterator[Specification]:
    """Yield the share of groups inactive: ignoring late entry; before a data gap."""
    if (rows.groups["entry_us"] > rows.groups["origin_us"]).any():
        estimate = partial(_estimate_from_origin, rows, horizon)
        yield Specification.tried(say("entry ignored"), estimate, counts=False)
    if (before := cut_before(rows)) is not None:
        estimate = partial(estimate_share_silent, before, horizon, SHOWN)
        yield Specification.tried(say("record cut before its largest break"), estimate)


def _describe_silence(source: LastActivity) -> str:
    first, *longer_windows = source.windows
    if not longer_windows:
        return say(
            "no {activity} for {days:g} days after the last one",
            activity=source.what,
            days=first,
        )
    return say(
        "no {activity} for {days:g} days after the last one, or for {longer:g}: both"
        " must say it",
        activity=source.what,
        days=first,
        longer=longer_windows[-1],
    )


def _list_longer(
    rows: Evidence, source: LastActivity, horizon: float
) -> Iterator[Specification]:
    """Yield the share of groups inactive if a longer silence is required."""

    def estimate() -> Interval:
        ends = define_registered_lifetimes(rows, w_days=source.also)
        gates.pass_gates(*gates.require_failure_gates(ends.lives, horizon))
        return estimate_failure(ends, horizon, replicates=SHOWN)

    if source.also:
        yield Specification.tried(say("W = {also:g}", also=source.also), estimate)


def _list_started(rows: Evidence, horizon: float) -> Iterator[Specification]:
    """Yield the share inactive among groups that were ever active."""
    started = _select_started(rows)
    if len(started.groups) < len(rows.groups):
        estimate = partial(estimate_share_silent, started, horizon)
        yield Specification.tried(
            say("ever started"), estimate, counts=False, decisive=True
        )


def _estimate_from_origin(rows: Evidence, horizon: float) -> Interval:
    ends = (
        lifetimes._replace(lives=naive.ignore_delayed_entry(lifetimes.lives))
        for lifetimes in list_lifetime_readings(rows)
    )
    return enclose_both(
        estimate_failure(end, horizon, replicates=SHOWN) for end in ends
    )
