"""Indirect: trends in host messages, replies and links with group age.

Who wrote most at first falls back by that alone, so that a fall of the host's messages
supports nothing; where types are not known, all groups are followed.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_adjusted_difference,
    list_networks_and_batches,
)
from helpers.claims.designs.rates.count_regression import fit_within
from helpers.claims.quantities.codings import classify_kinds
from helpers.errors import NotIdentifiableError
from helpers.measures.hosts import QUARTER_DAYS
from helpers.records import DAY_US
from helpers.survival import Interval

A_YEAR = 4  # quarters
LEAST = 2  # quarters of a group that tell a slope


@stands_in("s3-interest-groups-wither", needs=("births", "quarters"))
def withering_by_age(evidence: Evidence) -> Finding:
    """Estimate trends in host messages, replies and links with age."""
    rows = _group_by_quarter(evidence)
    passed = gates.pass_gates(
        gates.require_groups(rows["group"].nunique(), gates.LEAST_IN_ARM),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )
    n_quarters = rows.groupby("group")["quarter"].transform("size")
    long = rows[n_quarters >= A_YEAR].reset_index(drop=True)
    return Finding.estimated(
        partial(_compute_slopes, evidence, rows),
        "per 90 days of age within living groups: ratio of the host's messages, change"
        " of the share of messages that answer, change of the share with a link",
        passed,
        {
            "groups of four quarters": partial(_compute_slopes, evidence, long),
            "explicit replies": partial(
                _compute_slopes, evidence, rows, "replies_explicit"
            ),
        },
        qualifiers=QUALIFIERS,
        variant="host",
        may="contradict",
        note="groups are followed while they live: those that died fast weigh less",
        cases="group-quarters",
    )


def _group_by_quarter(evidence: Evidence) -> pd.DataFrame:
    """Return quarters of group age with messages, of topic groups."""
    rows = _select_watched(evidence)
    rows = rows[rows["messages"].gt(0)]
    with suppress(NotIdentifiableError):  # nobody told what groups are about
        about = classify_kinds(evidence, "about")
        rows = rows[rows["group"].map(about).eq("topic")]
    n_quarters = rows.groupby("group")["quarter"].transform("size")
    return rows[n_quarters >= LEAST].reset_index(drop=True)


def _select_watched(evidence: Evidence) -> pd.DataFrame:
    """Return the quarters of group age that were observed."""
    dated = evidence.of_known_age
    groups = dated.groups.set_index("group")
    unseen = (groups["entry_us"] - groups["origin_us"]) / (QUARTER_DAYS * DAY_US)
    unseen[dated.from_birth["group"]] = 0.0
    rows = dated.table("quarters")
    return rows[rows["quarter"] >= rows["group"].map(unseen)]


def _compute_slopes(
    evidence: Evidence, rows: pd.DataFrame, replies: str = ""
) -> tuple[Interval, Interval, Interval]:
    replies = replies or evidence.answers
    clusters = choose_clusters_for(evidence, rows["group"])
    age = pd.DataFrame({"age": rows["quarter"].astype("float64")})
    host = fit_within(rows["host"], age, rows["group"], clusters).ratio("age")
    shares = {name: rows[name] / rows["messages"] for name in (replies, "with_link")}
    table = pd.DataFrame({**age, **shares})
    apart = table - table.groupby(rows["group"]).transform("mean")
    answers, links = (
        estimate_adjusted_difference(apart[name], apart[["age"]], clusters)
        for name in shares
    )
    return host, answers, links
