"""How often people leave groups, by the number of groups they are in."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Components,
    Finding,
    Sets,
    estimates,
    multiply_sets,
    take_first_choices,
)
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.source_facts import read_source_facts
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.time_varying import fit_counted_hazard_ratio
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.quantities.spans import CALENDAR_YEAR, MONTH
from helpers.inference import cluster_by_label, estimate_share
from helpers.small_counts import People
from helpers.survival import Interval, fit_cox
from helpers.survival.bootstrap import bootstrap_statistic
from helpers.wording import say

LEAST_PEOPLE = 100
MONTHS_A_YEAR = CALENDAR_YEAR / MONTH
LEAST_YEARS = 2
ROLES = ("any", "member")  # in whatever role; on the roster
CLEAN_UP = 10  # people who left on one day: lists were rewritten
BATCH = 3


def _require_enough(rows: pd.DataFrame) -> gates.Gate:
    people = People(rows["member"].nunique())
    return gates.require_units(
        people, "{n} people with all their groups, {least} needed", LEAST_PEOPLE
    )


@stands_in("s0-many-groups-exit", tuple(f"spells.role={role}" for role in ROLES))
@estimates("s0-many-groups-exit")
def many_groups_exit(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of leaving a group per doubling of one's groups."""
    if not evidence.records("every_group"):
        return _leave_lists(evidence)
    rows = evidence.study.table("portfolios")
    rows = rows[rows["groups"] > 0].reset_index(drop=True)
    passed = gates.pass_gates(_require_enough(rows))

    def estimate(rows: pd.DataFrame) -> tuple[Interval, Interval]:
        people = cluster_by_label(rows["member"])
        ratio = fit_counted_hazard_ratio(
            rows["left"], rows["groups"], np.log2(rows["groups"]), rows["month"], people
        )
        table = rows[["batched", "left"]].to_numpy(np.float64)

        def share(weights: Floats) -> Floats:
            batched, leaves = (weights @ table).T
            shares: Floats = batched / leaves
            return shares

        return ratio, bootstrap_statistic(share, people, "cloglog", seed=SEED)

    later = rows[rows["month"] > 0].reset_index(drop=True)
    few = rows[rows["groups"] <= rows["groups"].quantile(0.9)].reset_index(drop=True)
    return Finding.estimated(
        partial(estimate, rows),
        "HR of leaving a group in a month, per doubling of the groups a person is in;"
        " share of leaves on a day with two others or more",
        passed,
        {
            "without the first month": partial(estimate, later),
            "without the busiest tenth": partial(estimate, few),
        },
        qualifiers=("association",),
        cases="stretches",
    )


def _leave_lists(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of leaving a list per doubling of one's lists.

    The first component is a hazard ratio per doubling, with repeated leaving;
    the second the share of leaves by somebody who left three groups that day.
    """
    sets: Sets = {
        "crowd": {"rewritten lists left out": CLEAN_UP, say("all days"): 10**6},
        "batch": {"batches of three": BATCH, say("of two"): 2, say("of five"): 5},
    }
    first = take_first_choices(sets)
    source = read_source_facts(evidence.study.name)
    cut = build_stretches(_select_held(evidence))
    pieces = _mark_leaving(cut, first["crowd"])
    passed = gates.pass_gates(
        gates.require_clusters(evidence.groups["network"], evidence.groups["batch"]),
        *_build_gates(pieces),
    )
    n_leaves = int(pieces["left"].sum())
    return Finding(
        cases="stays",
        components=_estimate_components(pieces, first["batch"]),
        definition=say(
            "HR of being taken off a group's list per doubling of the"
            " groups of the network that a person is listed in; share of"
            " such leaves on days when the person left three groups or more"
        ),
        gates=passed,
        specifications=multiply_sets(
            sets, lambda crowd, batch: _check_input(cut, crowd, batch)
        ),
        qualifiers=QUALIFIERS,
        may="nothing" if source.lists_rewritten else "both",
        variant="lists",
        note=say(
            "{left} leaves, {member} people; who is listed under another"
            " name seems to leave everything at once",
            left=n_leaves,
            member=People(pieces["member"].nunique()),
        ),
    )


def _select_held(evidence: Evidence) -> pd.DataFrame:
    spells = evidence.table("spells")
    role = next(name for name in ROLES if spells["role"].eq(name).any())
    return spells[spells["role"] == role]


def build_stretches(spells: pd.DataFrame) -> pd.DataFrame:
    """Split memberships where the person's number of groups changes.

    Parameters
    ----------
    spells
        Of one role.

    Returns
    -------
    DataFrame
        ``member, group, entry, stop`` (days since joining), ``groups`` (held through
        the stretch), ``ended`` (by leaving), ``day`` (of its end), ``crowd`` (people
        who left something on that day).

    Examples
    --------
    >>> rows = [(0, 0, 10, 40, "left"), (1, 0, 20, 60, "open")]
    >>> names = ["group", "member", "from_day", "to_day", "ending"]
    >>> cut = build_stretches(pd.DataFrame(rows, columns=names))
    >>> cut[["group", "stop", "groups", "ended"]].to_numpy().tolist()
    [[0, 10, 1, False], [0, 30, 2, True], [1, 20, 2, False], [1, 40, 1, False]]
    """
    has_left = spells["ending"].eq("left")
    people = spells[has_left].groupby("to_day")["member"].nunique()
    stays = spells.assign(left=has_left)[spells["to_day"] > spells["from_day"]]
    stays = stays.sort_values(["member", "group", "from_day"]).reset_index(drop=True)
    cut = _cut_rows(stays)
    cut["groups"] = _count_held(cut[["member", "since"]], stays)
    last = cut["day"] == cut["to_day"]
    return cut.assign(
        entry=cut["since"] - cut["from_day"],
        stop=cut["day"] - cut["from_day"],
        ended=cut["left"] & last,
        crowd=cut["day"].map(people).fillna(0),
    )


def _cut_rows(stays: pd.DataFrame) -> pd.DataFrame:
    """Return the dates at which a person's memberships begin or end."""
    days = stays.melt("member", ["from_day", "to_day"], value_name="since")
    turns = days[["member", "since"]].drop_duplicates()
    pairs = stays.reset_index(names="stay").merge(turns, on="member")
    inside = (pairs["since"] >= pairs["from_day"]) & (pairs["since"] <= pairs["to_day"])
    ordered = pairs[inside].sort_values(["stay", "since"], ignore_index=True)
    ordered["day"] = ordered.groupby("stay")["since"].shift(-1)
    ended = ordered.dropna(subset="day").astype({"day": "int64"})
    cut: pd.DataFrame = ended.reset_index(drop=True)
    return cut


def _count_held(at: pd.DataFrame, stays: pd.DataFrame) -> pd.Series[int]:
    """Count the groups of which a person is a member, day by day."""
    pairs = at.reset_index(names="row").merge(stays, on="member")
    is_member = (pairs["from_day"] <= pairs["since"]) & (
        pairs["to_day"] > pairs["since"]
    )
    return is_member.astype("int64").groupby(pairs["row"]).sum()


def _build_gates(pieces: pd.DataFrame) -> tuple[gates.Gate, ...]:
    people = People(pieces["member"].nunique())
    several = People(pieces.loc[pieces["groups"] > 1, "member"].nunique())
    return (
        gates.require_at_least(
            "people",
            several,
            LEAST_PEOPLE,
            "{several} of {people} people in several groups, {least} needed",
            several=several,
            people=people,
        ),
        gates.require_events_per_coefficient(int(pieces["left"].sum()), 1),
    )


def _mark_leaving(cut: pd.DataFrame, crowd: int) -> pd.DataFrame:
    """Mark departures of members; mass departures count as censored."""
    return cut.assign(left=cut["ended"] & (cut["crowd"] < crowd))


def _check_input(cut: pd.DataFrame, crowd: int, batch: int) -> Components:
    pieces = _mark_leaving(cut, crowd)
    gates.pass_gates(*_build_gates(pieces))
    return _estimate_components(pieces, batch)


def _estimate_components(pieces: pd.DataFrame, batch: int) -> Components:
    exposures = pd.DataFrame({"doublings": np.log2(pieces["groups"].astype("float64"))})
    codes = cluster_by_label(pieces["member"]).codes
    fit = fit_cox(
        pieces["stop"], pieces["left"], exposures, entry=pieces["entry"], cluster=codes
    )
    leaves = pieces[pieces["left"]]
    at_once = leaves.groupby(["member", "day"])["group"].transform("nunique") >= batch
    people = cluster_by_label(leaves["member"])
    share = estimate_share(at_once, people, seed=SEED, replicates=DECIDING)
    return fit["doublings"].ratio, share
