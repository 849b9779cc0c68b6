"""Share of groups that fail or succeed within a year, under each definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

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
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.two_dates_share import estimate_silent_by
from helpers.claims.quantities.activity import (
    POSTERS,
    REPLY_RATIO,
    estimate_never_active,
    lively,
)
from helpers.claims.quantities.deaths import (
    DECIDING,
    FAILED,
    SEED,
    Ends,
    Filter,
    define_by_union,
    define_silent,
    estimate_common_frame,
    estimate_failure,
    list_common_readings,
    list_conditions,
    list_frames_and_bounds,
    list_other_frames,
    list_readings,
    list_without_one_network,
    select_recorded,
    select_started,
)
from helpers.claims.quantities.quantity import compute_complement
from helpers.claims.quantities.spans import YEAR
from helpers.claims.quantities.two_dates import list_lifetime_readings, select_followed
from helpers.inference import estimate_share, estimate_success_probability
from helpers.prose import format_share
from helpers.survival import Interval, Lifetimes, choose_clusters
from helpers.wording import say

LEAST_FOR_SUCCESS = 72
FOR_GOOD = say("failed for good")
STARTED = "ever started"
UNSEEN = say("; who was ever lively is not known")
SUCCESSES: Sets = {
    "5 posters, reply ratio 0.3": {},
    say("3 posters suffice"): {"posters": 3},
    say("8 posters needed"): {"posters": 8},
    say("reply ratio 0.2"): {"reply_ratio": 0.2},
    say("explicit replies only"): {"replies": "replies_explicit"},
}


@stands_in("s1-over-90-fail", ("registry.last_us",), planned=True)
@estimates("s1-over-90-fail")
def over_90_fail(evidence: Evidence) -> Finding:
    """Estimate the share of groups that fail within a year of their origin.

    The first failure counts, recovered from or not. So it can support the claim only
    if failure for good does too.
    """
    if not evidence.records("groups"):
        return _find_inactive_in_a_year(evidence)
    evidence = evidence.of_known_age
    ends, error = define_by_union(evidence), evidence.time_error_days
    passed = gates.pass_gates(*gates.require_failure_gates(ends.lives, YEAR))
    failing = estimate_failure(ends, YEAR, error_days=error)
    silences = define_silent(evidence)
    alone = estimate_failure(silences, YEAR, error_days=error)
    for_good = Supplement.tried(FOR_GOOD, partial(_estimate_for_good, evidence))
    not_successful = Supplement.tried(
        say("not successful"), partial(_estimate_unsuccessful, evidence)
    )
    never_active = Supplement.tried(
        say("never 5 posters and 20 messages in a week"),
        partial(estimate_never_active, evidence, YEAR),
    )
    return Finding(
        components=(failing,),
        definition=ends.definition,
        gates=passed,
        specifications=(
            *(
                Specification.tried(
                    supplement.name,
                    partial(_return_exposure, supplement),
                    counts=False,
                    decisive=True,
                )
                for supplement in not_successful
            ),
            *list_frames_and_bounds(ends, YEAR, error),
            *list_readings(evidence, YEAR, primary=FAILED),
            *list_without_one_network(evidence, define_by_union, YEAR),
            *list_other_frames(evidence, YEAR),
        ),
        qualifiers=evidence.busy_only,
        may=evidence.may_die,
        beside=(
            Supplement(say("silence alone"), alone),
            *for_good,
            *never_active,
            *not_successful,
            *_list_of_started(evidence, ends),
        ),
        supported_with=for_good,
        shared=estimate_common_frame(ends, YEAR, error, failing),
        shared_specifications=_list_common(evidence, ends),
        note=_describe_recovered(ends, failing, not_successful)
        + UNSEEN * (not never_active),
        speaks_for=evidence.speaks_for(),
    )


def _list_common(evidence: Evidence, ends: Ends) -> tuple[Specification, ...]:
    """List other shares of groups that fail, of those that were ever active."""
    started = select_started(evidence, ends)
    if started is evidence:
        return ()
    return (
        *list_common_readings(evidence, ends, YEAR, primary=FAILED),
        *list_without_one_network(started, define_by_union, YEAR),
    )


def _find_inactive_in_a_year(evidence: Evidence) -> Finding:
    """Estimate the share of groups that are inactive for good within a year."""
    rows, source = select_followed(evidence)
    finding = estimate_silent_by(rows, source, YEAR, ())
    never_active = Supplement(
        say("never active at all"),
        _estimate_never_active(list_lifetime_readings(rows)[0].lives),
    )
    return replace(
        finding,
        beside=(*finding.beside, never_active),
        qualifiers=(*finding.qualifiers, "F1 only"),
    )


def _estimate_never_active(lives: Lifetimes) -> Interval:
    """Estimate the share of groups that were never active."""
    clusters = choose_clusters(lives.network, lives.batch)
    return estimate_share(lives.never_active, clusters, seed=SEED, replicates=DECIDING)


def _list_of_started(evidence: Evidence, ends: Ends) -> tuple[Supplement, ...]:
    """Estimate silence alone and failure for good of groups that were ever active.

    Empty where all groups were.
    """
    started = select_started(evidence, ends)
    if started is evidence:
        return ()
    silence = partial(
        estimate_failure,
        define_silent(started),
        YEAR,
        error_days=evidence.time_error_days,
    )
    for_good = partial(_estimate_for_good, started)
    return (
        *Supplement.tried(say("silence alone, ever started"), silence, STARTED),
        *Supplement.tried(say("failed for good, ever started"), for_good, STARTED),
    )


def _estimate_for_good(evidence: Evidence) -> Interval:
    """Estimate the share of groups that failed within a year and never recovered."""
    gates.pass_gates(evidence.shows("sender_ids"))
    ends = define_by_union(evidence, for_good=True)
    return estimate_failure(ends, YEAR, error_days=evidence.time_error_days)


def _return_exposure(beside: Supplement) -> Interval:
    return beside.interval


def _describe_recovered(
    ends: Ends, failing: Interval, not_successful: tuple[Supplement, ...]
) -> str:
    """Describe how many groups that failed later became active again."""
    recovery = say(
        "of the groups once failed, {revived_share} were active again, some for a time",
        revived_share=format_share(ends.lives.revived_share),
    )
    more = [
        say(
            "; {failed} failed and {unsuccessful} are not successful: the registered"
            " condition that all failed groups are among the unsuccessful ones does not"
            " hold, as groups that recovered had failed too",
            failed=format_share(failing.estimate),
            unsuccessful=format_share(supplement.interval.estimate),
        )
        for supplement in not_successful
        if failing.estimate > supplement.interval.estimate
    ]
    return recovery + more[0] if more else recovery


def _estimate_unsuccessful(evidence: Evidence) -> Interval:
    """Estimate the share of groups that are dead or barely active at a year of age."""
    gates.pass_gates(evidence.shows("sender_ids", "replies"))
    return compute_complement(_estimate_success(evidence))


@estimates("s0-success-below-5pct")
def successes(evidence: Evidence) -> Finding:
    """Estimate the share of groups alive at a year with ≥ 5 posters and enough replies.

    Successful is alive, with 5 posters and 0.3 replies a message in the four weeks
    before. Groups not followed for a year are stood for by those that were.
    """
    gates.pass_gates(
        gates.refuse_survivor_frame(survivors_only=evidence.from_birth.empty)
    )
    lives = select_recorded(evidence)
    passed = gates.pass_gates(
        gates.require_groups(len(lives), LEAST_FOR_SUCCESS),
        gates.require_follow_up(lives.potential, YEAR),
        gates.require_clusters(lives.network, lives.batch),
    )
    return Finding(
        components=(_estimate_success(evidence),),
        definition=say(
            "alive, ≥ 5 posters and ≥ 0.3 replies a message in days 337–364"
        ),
        gates=passed,
        specifications=_list_other_successes(evidence),
        qualifiers=evidence.busy_only,
        speaks_for=evidence.speaks_for(),
    )


def _list_other_successes(evidence: Evidence) -> tuple[Specification, ...]:
    """List shares of successful groups under other definitions, ages and filters."""
    sets = {
        "success": SUCCESSES,
        "horizon": {say("at 365 d"): YEAR, say("at 180 d"): 180.0},
        "groups": list_conditions(evidence),
    }

    def estimate(
        success: Mapping[str, Any], horizon: float, groups: Filter
    ) -> Interval:
        view = replace(evidence, groups=groups(evidence.groups))
        return _estimate_success(view, horizon=horizon, **success)

    return multiply_sets(sets, estimate)


def _estimate_success(
    evidence: Evidence,
    *,
    horizon: float = YEAR,
    posters: int = POSTERS,
    reply_ratio: float = REPLY_RATIO,
    replies: str = "",
) -> Interval:
    """Estimate the probability that a group is alive and active at a horizon."""
    lives = select_recorded(evidence)
    gates.pass_gates(gates.require_groups(len(lives), LEAST_FOR_SUCCESS))
    good = lively(
        evidence,
        lives.group,
        horizon,
        posters=posters,
        reply_ratio=reply_ratio,
        replies=replies,
    )
    return estimate_success_probability(
        lives, good, horizon, seed=SEED, replicates=DECIDING
    )
