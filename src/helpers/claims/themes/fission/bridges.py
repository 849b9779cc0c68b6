"""What travels between groups: new links by people in several, useful items."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for, list_networks_and_batches
from helpers.claims.designs.count_regression import compare_kinds
from helpers.claims.quantities.deaths import SEED
from helpers.inference import estimate_rate_ratio
from helpers.survival import Interval
from helpers.wording import say

WITHIN = 90  # days in which one is in the groups that one wrote in
LEAST_ITEMS = 100


@estimates("s0-bridging-breaks-silos")
def bridging_breaks_silos(evidence: Evidence) -> Finding:
    """Estimate the ratio of new links per message, posters in several groups vs. one.

    Within groups, by Mantel and Haenszel's ratio of rates.
    """
    rows = _summarise_bridging(evidence)
    passed = gates.pass_gates(
        gates.require_units(len(rows)),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    def estimate(rows: pd.DataFrame) -> Interval:
        gates.pass_gates(gates.require_units(len(rows)))
        ones = np.ones(len(rows))
        clusters = choose_clusters_for(evidence, rows["group"])
        return estimate_rate_ratio(
            rows["top"], ones, rows["bottom"], ones, clusters, seed=SEED
        )

    large = rows["messages"] >= rows["messages"].median()
    return Finding.estimated(
        partial(estimate, rows),
        say(
            "links and items new to the group a message, posters in two"
            " groups or more over posters in one, within groups"
        ),
        passed,
        {
            say("busy groups"): partial(estimate, rows[large].reset_index(drop=True)),
            say("quiet groups"): partial(estimate, rows[~large].reset_index(drop=True)),
            **{
                name: partial(
                    lambda how: estimate(_summarise_bridging(evidence, **how)), how
                )
                for name, how in _list_other_windows(evidence).items()
            },
        },
        qualifiers=("association",),
    )


def _list_other_windows(evidence: Evidence) -> Sets:
    """Return other periods in which a poster must have written in another group."""
    table = evidence.table("carried")
    if "within_days" not in table or table["within_days"].isna().all():
        return {}
    days = sorted(set(table["within_days"]) - {WITHIN})
    windows = {
        say("within {each:g} days", each=each): {"within": each} for each in days
    }
    return {**windows, say("announced links too"): {"known": True}}


def _summarise_bridging(
    evidence: Evidence, within: float = WITHIN, *, known: bool = False
) -> pd.DataFrame:
    table = evidence.table("carried").astype({"bridging": int})
    if "within_days" in table:
        table = table[table["within_days"].fillna(WITHIN) == within]
    if known:
        table = table.assign(novel=table["novel"] + table["novel_known"])
    single, both = (
        table[table["bridging"] == kind].groupby("group")[["novel", "messages"]].sum()
        for kind in (0, 1)
    )
    pairs = both.add_suffix("_both").join(single.add_suffix("_one"), how="inner")
    messages = pairs["messages_both"] + pairs["messages_one"]
    pairs, messages = pairs[messages > 0], messages[messages > 0]
    columns = {
        "top": pairs["novel_both"] * pairs["messages_one"] / messages,
        "bottom": pairs["novel_one"] * pairs["messages_both"] / messages,
        "messages": messages,
    }
    return pd.DataFrame(columns).reset_index()


@estimates("s4-useful-content-travels")
def useful_travels(evidence: Evidence) -> Finding:
    """Estimate how much more often useful items are forwarded than other items (ratio).

    Usefulness was judged before the item spread.
    """
    rows = evidence.table("items").reset_index(drop=True)
    passed = gates.pass_gates(
        gates.require_at_least(
            "items",
            len(rows),
            LEAST_ITEMS,
            "{n} judged items, {least} needed",
            n=len(rows),
        ),
        gates.require_units(rows["group"].nunique()),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    def way(column: str) -> Interval:
        useful = pd.DataFrame({"useful": rows["useful"].astype("float64")})
        clusters = choose_clusters_for(evidence, rows["group"])
        return compare_kinds(rows[column], useful, clusters).ratio("useful")

    return Finding.estimated(
        partial(way, "reshared"),
        "times that a useful item is passed on in other groups over another", passed,
        {"groups reached": partial(way, "reached")}, qualifiers=("association",),
    )  # fmt: skip
