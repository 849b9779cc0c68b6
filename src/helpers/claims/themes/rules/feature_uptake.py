"""Streams before and after they take up a feature: topics marked as resolved.

A feature is used where somebody cares for the stream, so uptake comes with a person:
an association. Streams that have not taken it up yet, or never do, are compared.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Specification, Supplement
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.event_study import (
    CLEAR_DAYS,
    Series,
    estimate_event_ratio,
    list_dated_events,
)
from helpers.claims.designs.hazards.time_varying import (
    STEP,
    build_observed_lives,
    build_stretches,
    check_gates,
    estimate_hazard_ratio,
)
from helpers.claims.quantities.spans import to_local_days
from helpers.survival import Interval
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import say

UPTAKE = "resolved_topic"
FIRST_MONTH = (1, 28)
LAG = 28.0


@stands_in("s2-features-dont-help", needs=("resolved_topics",), planned=True)
def hazard_after_uptake(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio of streams after their first resolved topic."""
    lives = build_observed_lives(evidence)
    spells = _list_spells(evidence)
    rows = build_stretches(evidence, spells, lives)
    alive, n_without = _count_arms(evidence, lives, spells)
    passed = gates.pass_gates(
        gates.require_units(
            alive,
            "{n} streams alive at their uptake, {least} needed",
            gates.LEAST_IN_ARM,
        ),
        gates.require_units(
            n_without,
            "{n} streams without uptake alive at an uptake, {least} needed",
            gates.LEAST_IN_ARM,
        ),
    ) + check_gates(evidence, rows)

    def estimate(lag: float = 0.0, w_days: float = SILENCE_DAYS) -> Interval:
        followed = build_observed_lives(evidence, w_days)
        late = spells.assign(from_age=spells["from_age"] + lag)
        return _estimate(evidence, build_stretches(evidence, late, followed))

    hazard_ratio = _estimate(evidence, rows)
    return Finding(
        components=(hazard_ratio,),
        definition=say(
            "HR of the first silence of 60 days (in quiet streams of the time of six"
            " messages, at most 180) since a first topic was marked as resolved,"
            " against streams before that or without it; messages of the 28 days"
            " before adjusted"
        ),
        gates=passed,
        specifications=(
            Specification.tried(say("lag of 28 days"), partial(estimate, LAG)),
            *(
                Specification.tried(
                    say("W = {w}", w=w), partial(estimate, w_days=float(w))
                )
                for w in (30, 90)
            ),
            Specification.tried(
                say("organisations with uptake only"),
                partial(_estimate_within, evidence),
            ),
        ),
        permuted=Permutations(hazard_ratio, partial(_permute_uptake, evidence)),
        beside=_list_event_studies(evidence),
        qualifiers=("proxy", "association"),
        variant="uptake",
        note=say(
            "{alive} streams took the feature up while alive, {others} without it"
            " were alive then",
            alive=alive,
            others=n_without,
        ),
    )


def _estimate(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    return replace(estimate_hazard_ratio(evidence, rows), n=rows["group"].nunique())


def _list_spells(evidence: Evidence) -> pd.DataFrame:
    """Return each stream's age when it first used the feature (start of exposure)."""
    events = list_dated_events(evidence, UPTAKE)
    born = to_local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    age = (events["day"] - events["group"].map(born)).astype("float64")
    return pd.DataFrame({"group": events["group"], "from_age": age, "to_age": np.inf})


def _count_arms(
    evidence: Evidence, lives: pd.DataFrame, spells: pd.DataFrame
) -> tuple[int, int]:
    """Count streams that took up the feature, and other streams alive then."""
    life = lives.set_index("group")["duration"]
    alive = spells[spells["from_age"] < spells["group"].map(life)]
    born = to_local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    days = np.sort(alive["from_age"] + alive["group"].map(born))
    without_uptake = life[~life.index.isin(spells["group"])]
    start = born.reindex(without_uptake.index).to_numpy(np.float64)
    first, last = (
        np.searchsorted(days, start),
        np.searchsorted(days, start + without_uptake),
    )
    return len(alive), int((last > first).sum())


def _estimate_within(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of streams' death in organisations with the feature."""
    users = evidence.groups["group"].isin(_list_spells(evidence)["group"])
    networks = evidence.groups.loc[users, "network"].unique()
    own = evidence.groups["network"].isin(networks)
    chosen = evidence.only(evidence.groups.loc[own, "group"])
    rows = build_stretches(chosen, _list_spells(chosen), build_observed_lives(chosen))
    check_gates(chosen, rows)
    return _estimate(chosen, rows)


def _permute_uptake(evidence: Evidence, seed: int) -> Interval:
    """Estimate the death hazard ratio with uptake dates moved to random streams.

    Dates moved to an earlier day would not do: who takes a feature up lived until then.
    """
    rng = np.random.default_rng(seed)
    lives = build_observed_lives(evidence).set_index("group")["duration"]
    groups = evidence.groups.set_index("group")
    born = to_local_days(evidence, groups["origin_us"]).astype("float64")
    network = groups["network"]
    events = list_dated_events(evidence, UPTAKE).sort_values(["day", "group"])
    free = lives.index.to_numpy()
    drawn = []
    for group, day in zip(events["group"], events["day"], strict=True):
        age = day - born[free].to_numpy()
        alive = (age >= 0) & (age < lives[free].to_numpy())
        candidates = np.flatnonzero(alive & network[free].eq(network[group]).to_numpy())
        if len(candidates):
            place = rng.choice(candidates)
            drawn.append((free[place], age[place]))
            free = np.delete(free, place)
    spells = pd.DataFrame(drawn, columns=["group", "from_age"]).assign(to_age=np.inf)
    return _estimate(evidence, build_stretches(evidence, spells))


def _list_event_studies(evidence: Evidence) -> tuple[Supplement, ...]:
    """Estimate ratios of messages and posters, month after feature uptake to before.

    Each network alone: they are too few to pool.
    """
    return tuple(
        ratio
        for network in evidence.networks
        for outcome in ("messages", "posters")
        for ratio in Supplement.tried(
            say(
                "{what} of days 1–28 over the 28 before, {network}",
                what=say(outcome),
                network=network,
            ),
            partial(_estimate_lift, evidence.within(network), outcome),
        )
    )


def _estimate_lift(evidence: Evidence, what: str) -> Interval:
    """Estimate the ratio of a count after uptake to before, relative to other streams.

    A stream is no comparison from 56 days before its own uptake on.
    """
    own = evidence.groups["group"]
    events = list_dated_events(evidence, UPTAKE)
    events = events[events["group"].isin(own)].reset_index(drop=True)
    gates.pass_gates(
        gates.require_units(len(events), "{n} streams with uptake, {least} needed")
    )
    until = to_local_days(evidence, evidence.groups.set_index("group")["end_us"])
    near = pd.concat(
        pd.DataFrame(
            {"group": group, "day": np.arange(day, until[group] + STEP, CLEAR_DAYS)}
        )
        for group, day in zip(events["group"], events["day"], strict=True)
    )
    rows = evidence.daily.rename(columns={what: "value"})[["group", "day", "value"]]
    series = Series.of(evidence, rows)
    return estimate_event_ratio(
        evidence, series, events, FIRST_MONTH, near.astype("int64")
    )
