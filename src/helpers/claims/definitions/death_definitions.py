"""Other reasonable readings of a failure probability: the register's sets RA, RB, RD.

RA: how a death is told · RB: where the clock starts, delayed entry on or off · RD:
which groups count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.specification import (
    Sets,
    Specification,
    first_of,
    multiplied,
)
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.deaths import (
    Ends,
    by_posters,
    by_rate,
    by_silence,
    failed,
)
from helpers.claims.definitions.unsampled_intervals import hull
from helpers.survival import Interval, Lifetimes, failure_probability, naive
from helpers.survival.bootstrap import Draws, Enough
from helpers.survival.silence import EARLY_DAYS, SILENCE_DAYS

Reading = Callable[[Evidence], Ends]
Clock = Callable[[Evidence], pd.DataFrame]
Filter = Callable[[pd.DataFrame], pd.DataFrame]

SEED = 20161231  # of every bootstrap behind a verdict
# samples: with ten networks, 1,000 leave a fifth of the error to luck
DECIDING = Enough(least=5000, error=0.002, most=60_000)
SHOWN = 1000  # samples behind a specification
PRIMARY, FAILED = "last message, W = 60", "failed"
FEW, RATE = "fewer than 3 posters", "rate under 10 %"
LATE, IGNORED = "late entry", "entry ignored"
FEW_POSTERS, FEW_MEMBERS = 5, 10
READINGS = 8  # kept: specifications ask for the same few again and again


@lru_cache(maxsize=READINGS)
def silent(
    evidence: Evidence, *, w_days: float = SILENCE_DAYS, form: str = "last_message"
) -> Ends:
    """Read death by silence."""
    return by_silence(evidence.groups, evidence.silences, w_days=w_days, form=form)


def recorded(evidence: Evidence) -> Lifetimes:
    """Return the lifetimes by silence of groups recorded from their origin.

    Whoever was listed for having been busy early counts from the origin too: what is
    said of them is said of groups that came so far.
    """
    lives = silent(evidence).lives
    lives = lives.where(np.isin(lives.group, evidence.from_birth["group"]))
    return replace(lives, entry=np.zeros(len(lives)))


@lru_cache(maxsize=READINGS)
def union(
    evidence: Evidence, *, w_days: float = SILENCE_DAYS, for_good: bool = False
) -> Ends:
    """Read failure as the first of what the corpus can show, recovered from or not."""
    rates = evidence.rates if evidence.observability.sender_ids else None
    return failed(
        evidence.groups, evidence.silences, rates, w_days=w_days, for_good=for_good
    )


def _few_posters(evidence: Evidence) -> Ends:
    gates.passed(evidence.shows("sender_ids"))
    return by_posters(evidence.groups, evidence.rates)


DEATHS: Mapping[str, Reading] = {
    **{
        f"{form.replace('_', ' ')}, W = {w_days}": partial(
            silent, w_days=w_days, form=form
        )
        for form in ("last_message", "first_gap")
        for w_days in (30, 60, 90)
    },
    RATE: lambda evidence: by_rate(evidence.groups, evidence.rates),
    FEW: _few_posters,
    FAILED: union,
    **{f"{FAILED}, W = {w_days}": partial(union, w_days=w_days) for w_days in (30, 90)},
}
FIRST_GAPS, LAST_MESSAGES = (
    frozenset(name for name in DEATHS if name.startswith(form))
    for form in ("first gap", "last message")
)
UNIONS = frozenset(name for name in DEATHS if name.startswith(FAILED))
# by the deciding definition, those that answer another question: plan, amendment 5
OTHER_QUESTIONS: Mapping[str, frozenset[str]] = {
    PRIMARY: FIRST_GAPS | UNIONS | {FEW, RATE},
    FAILED: FIRST_GAPS | LAST_MESSAGES | {FEW},
}


def failure(
    ends: Ends, horizon: float, *, error_days: float = 0.0, replicates: Draws = DECIDING
) -> Interval:
    """Return the probability of having failed by a horizon.

    Where times may be wrong by some days, the limits enclose the estimates at the
    horizon less and plus these days: a death dated late or early cannot go further.

    Raises
    ------
    NotIdentifiableError
        As `helpers.survival.failure_probability`.
    """
    competing = ends.competing if ends.competing.any() else None
    at = partial(
        failure_probability,
        ends.lives,
        seed=SEED,
        competing=competing,
        replicates=replicates,
    )
    if not error_days:
        return at(horizon)
    bounds = (at(horizon - error_days), at(horizon + error_days))
    why = f"both bounds of ±{error_days:g} d"
    return hull(at(horizon), *bounds, why=why)


def readings(
    evidence: Evidence, horizon: float, *, primary: str
) -> tuple[Specification, ...]:
    """Return the failure probability under every reading but the primary one.

    Their sets are multiplied: how a death is told, when the clock starts, whether late
    entry is ignored (which is biased, and does not vote) and which groups count.
    """
    sets = clocks_and_deaths(evidence, primary=primary)
    sets["groups"] = conditional(evidence)

    def estimate(**values: Any) -> Interval:  # noqa: ANN401 - as the sets have them
        return _at(*read(evidence, **values), horizon)

    others = supplementary(sets, estimate, primary=primary)
    return (*multiplied(sets, estimate, biased=[IGNORED]), *others)


def clocks_and_deaths(evidence: Evidence, *, primary: str) -> dict[str, dict[str, Any]]:
    """Return sets RA and RB, as `read` takes them; `primary` is the deciding death.

    Definitions of death that answer another question are not among them.
    """
    names = [name for name in DEATHS if name not in OTHER_QUESTIONS[primary]]
    sets: dict[str, dict[str, Any]] = {
        "death": {primary: primary, **{name: name for name in names}},
        "clock": _clocks(evidence),
        "late_entry": {LATE: True},
    }
    if (evidence.groups["entry_us"] > evidence.groups["origin_us"]).any():
        sets["late_entry"][IGNORED] = False
    return sets


def supplementary(
    sets: Sets, estimate: Callable[..., Interval], *, primary: str
) -> tuple[Specification, ...]:
    """Return the deaths that answer another question: shown, they do not vote.

    All else is as decided.
    """
    decided = first_of(sets)
    return tuple(
        Specification.tried(
            name, partial(estimate, **{**decided, "death": name}), counts=False
        )
        for name in DEATHS
        if name in OTHER_QUESTIONS[primary]
    )


def read(
    evidence: Evidence,
    death: str,
    clock: Clock,
    *,
    late_entry: bool,
    groups: Filter | None = None,
) -> tuple[Evidence, Ends]:
    """Return the groups as one choice of each set sees them, and their lifetimes."""
    rows = clock(evidence)
    view = replace(evidence, groups=groups(rows) if groups else rows)
    ends = DEATHS[death](view)
    if not late_entry:
        ends = ends._replace(lives=naive.ignoring_entry(ends.lives))
    return view, ends


def without_one_network(
    evidence: Evidence, reading: Reading, horizon: float
) -> Iterator[Specification]:
    """Yield the estimate with each network left out (set RG), if there are several."""
    networks = evidence.networks if len(evidence.networks) > 1 else []
    for network in networks:
        rest = evidence.groups[evidence.groups["network"] != network]
        view = replace(evidence, groups=rest)
        estimate = partial(_without, view, reading, horizon)
        yield Specification.tried(f"without {network}", estimate)


def _without(view: Evidence, reading: Reading, horizon: float) -> Interval:
    return _at(view, reading(view), horizon)


def _at(evidence: Evidence, ends: Ends, horizon: float) -> Interval:
    """Return the estimate under one choice of each set, past the gates."""
    gates.passed(*gates.failure(ends.lives, horizon))
    error = evidence.time_error_days
    return failure(ends, horizon, error_days=error, replicates=SHOWN)


def _clocks(evidence: Evidence) -> dict[str, Clock]:
    """Return clocks that start at creation, and at the first message."""
    clocks: dict[str, Clock] = {"from origin": lambda view: view.groups}
    if evidence.observability.births == "creation":
        clocks["from first message"] = _from_first_message
    return clocks


def _from_first_message(evidence: Evidence) -> pd.DataFrame:
    spoke = evidence.groups[evidence.groups["first_us"].notna()]
    first = spoke["first_us"].astype("int64")
    entry = np.maximum(spoke["entry_us"], first)
    early = _early(evidence, spoke)
    return spoke.assign(origin_us=first, entry_us=entry, early_messages=early)


def _early(evidence: Evidence, groups: pd.DataFrame) -> pd.Series[int]:
    """Count messages in the 28 calendar days from the first message on."""
    days = evidence.daily
    since = days["day"] - days.groupby("group")["day"].transform("min")
    early = days[since < EARLY_DAYS].groupby("group")["messages"].sum()
    return groups["group"].map(early).fillna(0).astype("int64")


def conditional(evidence: Evidence) -> dict[str, Filter]:
    """Return set RD: who counts; all but the first is conditional on how far it got."""
    sizes: dict[str, Filter] = {"all groups": lambda rows: rows}
    if evidence.observability.sender_ids:
        sizes["≥ 5 posters (conditional)"] = partial(at_least, "posters", FEW_POSTERS)
    if evidence.groups["members"].notna().any():
        sizes["≥ 10 members (conditional)"] = partial(at_least, "members", FEW_MEMBERS)
    return sizes


def at_least(column: str, least: int, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the groups that ever had so many people: set RD, which is conditional."""
    return groups[groups[column].fillna(0) >= least]
