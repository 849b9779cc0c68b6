"""Newcomers and links that core members bring, and newcomers after raids.

Where who invited whom is not recorded, links stand for it: the register's own other
measure. Forwards go inwards, invitations outwards. After a raid (viewers sent over from
another channel), people who write for the first time stand for those who came.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets, estimates
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    cluster_by_group_week,
    estimate_mean_ratio,
    list_networks_and_batches,
    require_both_sides,
    select_groups_with_values,
)
from helpers.claims.designs.hazards.landmark import mark_terciles
from helpers.claims.quantities.deaths import SEED
from helpers.claims.quantities.members import list_joins
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import MONTH
from helpers.inference import estimate_rate_ratio
from helpers.survival import Interval
from helpers.survival.bootstrap import bootstrap_statistic
from helpers.wording import say

LATER = 180
LEAST_JOINS = 100
RAID = "raid"
BIG = 200
SMALL = 50


@estimates("s4-core-distributes")
@stands_in("s4-core-distributes", needs=("groups", "carriers"))
def core_distributes(evidence: Evidence) -> Finding:
    """Estimate core members' share of invitations or links, days 28–179."""
    invited = evidence.records("inviter", "months")
    brought = (_joins_by_core if invited else _links_by_core)(evidence)
    rows = brought.rows(**brought.chosen)
    gate, *more = brought.gate(rows)
    clusters = gates.require_clusters(
        *list_networks_and_batches(evidence, rows["group"])
    )
    passed = gates.pass_gates(gate, clusters, *more)
    return brought.build_finding(rows, partial(_summarise_core, evidence), passed)


def _joins_by_core(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return the number of members invited by core and by other members, by group."""
    return Quantity(
        rows=partial(_group_by_core, evidence),
        definition=say(
            "joins by invitation in days 28–179 that core members of day 28"
            " brought; then joins a core member over joins another member"
        ),
        sets={"core": {name: name for name in ("core_8", "core_4", "core_12")}},
        gate=lambda rows: (
            gates.require_units(len(rows)),
            gates.require_units(
                int(rows[["by_cores", "by_others"]].to_numpy().sum()),
                "{n} joins, {least} needed",
                LEAST_JOINS,
            ),
        ),
    )


def _links_by_core(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return the number of links copied in by core and by other members, by group."""
    links = _select_core(evidence, 8)[["by_cores", "by_others"]].sum(axis=1)
    return Quantity(
        rows=partial(_select_core, evidence),
        definition=say(
            "links new to the group and seen before in another one, posted"
            " in days 28–179: share by core members of days 0–27; then"
            " links a core member over links another person who had written"
            " by then"
        ),
        sets={
            "core": {say("core on {days} days", days=days): days for days in (8, 4, 12)}
        },
        qualifiers=QUALIFIERS,
        gate=lambda _: (gates.require_groups(int(links.gt(0).sum())),),
        note=say(
            "{links:.0f} links in {gt} groups", links=links.sum(), gt=links.gt(0).sum()
        ),
        standing={"variant": "links"},
    )


def _select_core(evidence: Evidence, core: int) -> pd.DataFrame:
    rows = evidence.table("carriers")
    return rows[rows["least_days"] == core].reset_index(drop=True)


def _summarise_core(
    evidence: Evidence, rows: pd.DataFrame
) -> tuple[Interval, Interval]:
    """Return core members' share of contributions, and their per-person rate ratio.

    Parameters
    ----------
    evidence
    rows
        A row a group: `by_cores` and `by_others`, counts of what was done, and `cores`
        and `others`, counts of people.
    """
    clusters = choose_clusters_for(evidence, rows["group"])
    table = rows[["by_cores", "by_others"]].to_numpy(np.float64)

    def share(weights: Floats) -> Floats:
        by_cores, by_others = (weights @ table).T
        shares: Floats = by_cores / (by_cores + by_others)
        return shares

    return bootstrap_statistic(
        share, clusters, "cloglog", seed=SEED
    ), estimate_rate_ratio(
        rows["by_cores"],
        rows["cores"],
        rows["by_others"],
        rows["others"],
        clusters,
        seed=SEED,
    )


def _group_by_core(evidence: Evidence, core: str) -> pd.DataFrame:
    rows = list_joins(evidence)
    members = rows[(rows["joined"] < MONTH) & ~(rows["left"] < MONTH)]
    months = evidence.months
    cores = months[months["month"] == 0].set_index("group")[core].astype("float64")
    late = rows[rows["joined"].between(MONTH, LATER, "left")]
    brought = pd.crosstab(late["group"], late["channel"])
    brought = brought.reindex(columns=["core", "member"], fill_value=0)
    size = members.groupby("group").size()
    table = select_groups_with_values(
        evidence, cores=cores, size=size, by_cores=brought["core"],
        by_others=brought["member"],
    )  # fmt: skip
    n_others = (table["size"] - table["cores"]).clip(lower=0)
    return table.assign(others=n_others)[table["cores"] > 0]


@stands_in("s2-kol-fills-fast", (f"responses.kind={RAID}",), planned=True)
def crowd_brought(evidence: Evidence) -> Finding:
    """Estimate the ratio of newcomers after large raids to those after small ones."""
    sets: Sets = {
        "coding": {
            "top against bottom tercile of viewers": "terciles",
            say(
                "{big} and more against under {small}", big=BIG, small=SMALL
            ): "numbers",
        },
        "quiet": {"whoever came before": False, say("nobody new before"): True},
    }
    return Finding.over(
        sets,
        partial(_list_raids, evidence),
        lambda raids: gates.pass_gates(
            require_both_sides(raids["exposure"] == 1, what="crowds")
        ),
        lambda raids: estimate_mean_ratio(
            raids["new_after"], raids["exposure"], cluster_by_group_week(raids)
        ),
        cases="crowds",
        definition=say(
            "people who wrote for the first time in the ten minutes after a"
            " crowd came, top against bottom tercile of its viewers"
        ),
        qualifiers=QUALIFIERS,
        variant="crowds",
        note=lambda raids, _: say(
            "{n} crowds sent by other channels into one room; arriving is"
            " writing for the first time, so those who only look are not"
            " seen",
            n=len(raids),
        ),
    )


def _list_raids(evidence: Evidence, coding: str, *, quiet: bool) -> pd.DataFrame:
    rows = evidence.table("responses")
    raids = rows[rows["kind"] == RAID].dropna(subset="value").reset_index(drop=True)
    if quiet:
        raids = raids[raids["new_before"] == 0].reset_index(drop=True)
    value = raids["value"].astype("float64")
    if coding == "terciles":
        exposure = mark_terciles(value)
    else:
        big = (value >= BIG).astype("float64")
        exposure = big.where((value >= BIG) | (value < SMALL))
    return raids.assign(exposure=exposure).dropna(subset="exposure")
