"""Lifetimes of groups, and decline of activity in their first weeks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
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
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.two_dates_share import (
    estimate_share_silent,
    estimate_silent_by,
)
from helpers.claims.quantities.deaths import (
    DECIDING,
    PRIMARY,
    SEED,
    Ends,
    define_silent,
    estimate_common_frame,
    estimate_failure,
    list_common_readings,
    list_frames_and_bounds,
    list_other_frames,
    list_readings,
)
from helpers.claims.quantities.spans import (
    BRACKET,
    THREE_MONTHS,
    TWELVE_WEEKS,
    to_first_day,
    to_local_days,
)
from helpers.claims.quantities.two_dates import select_followed
from helpers.inference import compute_wilson_interval, estimate_rate_ratio
from helpers.prose import format_share
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters, estimate_median_lifetime
from helpers.wording import say

FIRST_EVENT = 30
ANOTHER = "28–55"  # asks another question: shown, not counted
WINDOWS: Sets = {
    "early": {say("days 1–13"): "1-13", say("day 0 counted"): "0-27"},
    "late": {say("days 56–83"): "56-83", ANOTHER: "28-55", say("84–181"): "84-181"},
}
LATER = ((57, 69), (112, 139))  # the deciding windows, eight weeks later


@stands_in("s0-three-month-death", ("registry.last_us",), planned=True)
@estimates("s0-three-month-death")
def three_month_death(evidence: Evidence) -> Finding:
    """Estimate the share of groups permanently inactive within 105 days.

    From their messages, or else from the dates of founding and last activity.
    """
    if not evidence.records("groups"):
        rows, source = select_followed(evidence)
        bracket = list_other_horizons(partial(estimate_share_silent, rows))
        finding = estimate_silent_by(rows, source, THREE_MONTHS, tuple(bracket))
        return replace(finding, beside=(*finding.beside, *_list_met_soon(rows)))
    evidence = evidence.of_known_age
    ends, error = define_silent(evidence), evidence.time_error_days
    passed = gates.pass_gates(*gates.require_failure_gates(ends.lives, THREE_MONTHS))
    at = partial(estimate_failure, ends, error_days=error)
    own = at(THREE_MONTHS)
    return Finding(
        components=(own,),
        definition=ends.definition,
        gates=passed,
        specifications=(
            *list_other_horizons(at),
            *list_frames_and_bounds(ends, THREE_MONTHS, error),
            *list_readings(evidence, THREE_MONTHS, primary=PRIMARY),
            *list_other_frames(evidence, THREE_MONTHS),
        ),
        qualifiers=evidence.busy_only,
        may=evidence.may_die,
        beside=(Supplement(say("median lifetime"), _estimate_median(ends)),),
        shared=estimate_common_frame(ends, THREE_MONTHS, error, own),
        shared_specifications=list_common_readings(
            evidence, ends, THREE_MONTHS, primary=PRIMARY
        ),
        note=say(
            "of the groups once silent for W days, {revived_share} spoke again",
            revived_share=format_share(ends.lives.revived_share),
        ),
        speaks_for=evidence.speaks_for(),
    )


def _list_met_soon(rows: Evidence) -> tuple[Supplement, ...]:
    """Estimate the share of groups that first met within 30 days, if recorded."""
    if not rows.records("facts"):
        return ()
    facts = rows.table("facts")
    first = facts[facts["fact"].eq("first_event")].set_index("group")["value"]
    if first.empty:
        return ()
    born = rows.groups.set_index("group")
    followed = born[born["end_us"] - born["origin_us"] >= FIRST_EVENT * DAY_US]
    days = first.reindex(followed.index) - followed["origin_us"] // DAY_US
    n_soon = int(days.le(FIRST_EVENT).sum())
    name = say("first event within {days} days of founding", days=FIRST_EVENT)
    return (Supplement(name, compute_wilson_interval(n_soon, len(followed))),)


def list_other_horizons(at: Callable[[float], Interval]) -> Iterator[Specification]:
    """Yield the share inactive by the other days that "three months" can mean."""
    for day in BRACKET:
        estimate = partial(at, day)
        yield Specification.tried(
            f"F({day:g} d)", estimate, counts=False, decisive=True
        )


def _estimate_median(ends: Ends) -> Interval:
    return estimate_median_lifetime(ends.lives, seed=SEED, competing=ends.competing)


@estimates("s0-novelty-decay")
def novelty_decay(evidence: Evidence) -> Finding:
    """Estimate the ratio of message rates: days 56–83 to days 1–13.

    The ratio of totals is the period effect of a Poisson model with an effect for
    each group. Groups silent later count with 0, as do those that never spoke. Who is
    listed for an early crowd and seen in busy spells seems to decay more than it does:
    such groups can contradict only.
    """
    if evidence.observability.resolution == "month":
        return _compare_calendar_months(evidence)
    both = _select_both_windows(evidence, "1-13", "56-83")
    passed = gates.pass_gates(*gates.require_sampled(both))
    alive = both[both["last_us"] - both["origin_us"] >= TWELVE_WEEKS * DAY_US]
    return Finding(
        components=(_estimate_rate_ratio(both),),
        definition=say("messages a day, days 56–83 over days 1–13; ads not told apart"),
        gates=passed,
        specifications=(
            Specification.tried(
                say("survivors only (selected)"),
                partial(_estimate_rate_ratio, alive),
                counts=False,
                decisive=True,
            ),
            *multiply_sets(
                WINDOWS, partial(_compare_windows, evidence), biased=[ANOTHER]
            ),
        ),
        qualifiers=evidence.busy_only,
        may=evidence.may_die,
        controls=(
            Specification.tried(
                "eight weeks later", partial(_estimate_later_start, evidence)
            ),
        ),
        note=say(
            "{n} of {n_both} groups still spoke at day {twelve_weeks}",
            n=len(alive),
            n_both=len(both),
            twelve_weeks=TWELVE_WEEKS,
        ),
    )


def _compare_calendar_months(evidence: Evidence) -> Finding:
    """Estimate the ratio of messages: third to first calendar month.

    The first days lie in neither, so that the loss of novelty is underrated.
    """
    both = _select_later_months(evidence, 1, 3)
    passed = gates.pass_gates(*gates.require_sampled(both))
    return Finding(
        components=(_estimate_rate_ratio(both),),
        definition=say(
            "messages a day, third whole calendar month after that of"
            " founding over the first; ads not told apart"
        ),
        gates=passed,
        specifications=(
            Specification.tried(
                say("third month over that of founding"),
                partial(_compare_later_month, evidence, 0, 3),
            ),
            Specification.tried(
                say("second over first"),
                partial(_compare_later_month, evidence, 1, 2),
                counts=False,
            ),
        ),
        qualifiers=("proxy",),
        may="support",
        note=say(
            "{value} of {n} groups wrote in the later month",
            value=int((both["messages_late"] > 0).sum()),
            n=len(both),
        ),
    )


def _compare_later_month(evidence: Evidence, early: int, late: int) -> Interval:
    both = _select_later_months(evidence, early, late)
    gates.pass_gates(gates.require_groups(len(both)))
    return _estimate_rate_ratio(both)


def _select_later_months(evidence: Evidence, early: int, late: int) -> pd.DataFrame:
    """Select groups observed through both calendar months after founding."""
    groups = evidence.from_birth
    born, end = (_to_month(groups[name] // DAY_US) for name in ("origin_us", "end_us"))
    groups = groups.assign(born=born)[end - born > late]
    daily = evidence.daily
    since = _to_month(daily["day"]) - daily["group"].map(
        groups.set_index("group")["born"]
    )
    messages = daily.groupby(["group", since.rename("since")])["messages"].sum()
    for name, month in (("", early), ("_late", late)):
        of = messages[messages.index.get_level_values("since") == month].droplevel(
            "since"
        )
        groups[f"messages{name}"] = groups["group"].map(of).fillna(0)
        first = to_first_day(groups["born"] + month)
        groups[f"from_day{name}"] = np.maximum(first, groups["origin_us"] // DAY_US)
        groups[f"to_day{name}"] = to_first_day(groups["born"] + month + 1) - 1
    return groups


def _to_month(days: pd.Series[int]) -> pd.Series[int]:
    """Convert day numbers since 1970 to calendar month numbers since 1970."""
    at = pd.to_datetime(days, unit="D")
    return (at.dt.year - 1970) * 12 + at.dt.month - 1


def _select_both_windows(evidence: Evidence, early: str, late: str) -> pd.DataFrame:
    """Select groups observed through both compared windows of their age."""
    first = evidence.window(early)
    first = first[first["group"].isin(evidence.from_birth["group"])]
    second = evidence.window(late)[["group", "messages", "from_day", "to_day"]]
    return first.merge(second, on="group", suffixes=("", "_late"))


def _estimate_later_start(evidence: Evidence) -> Interval:
    """Estimate the ratio of message rates, days 112–139 to 57–69, as a control."""
    groups = evidence.from_birth
    ages = groups.set_index("group")
    born = to_local_days(evidence, ages["origin_us"])
    is_followed_up = (ages["end_us"] - ages["origin_us"]) / DAY_US > LATER[-1][-1] + 1
    daily = evidence.daily
    age = daily["day"] - daily["group"].map(born)
    rows = pd.DataFrame({"group": is_followed_up.index[is_followed_up]})
    for name, (first, last) in zip(("", "_late"), LATER, strict=True):
        inside = daily[age.between(first, last)]
        messages = inside.groupby("group")["messages"].sum()
        rows[f"messages{name}"] = rows["group"].map(messages).fillna(0)
        rows[f"from_day{name}"], rows[f"to_day{name}"] = first, last
    gates.pass_gates(gates.require_groups(len(rows)))
    return _estimate_rate_ratio(
        groups[["group", "network", "batch"]].merge(rows, on="group")
    )


def _compare_windows(evidence: Evidence, early: str, late: str) -> Interval:
    return _estimate_rate_ratio(_select_both_windows(evidence, early, late))


def _estimate_rate_ratio(both: pd.DataFrame) -> Interval:
    return estimate_rate_ratio(
        both["messages_late"],
        both["to_day_late"] - both["from_day_late"] + 1,
        both["messages"],
        both["to_day"] - both["from_day"] + 1,
        choose_clusters(both["network"], both["batch"]),
        seed=SEED,
        replicates=DECIDING,
    )
