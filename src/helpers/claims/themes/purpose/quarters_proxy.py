"""How groups go on by quarters of their age: hosts, answers, links for advertisements.

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
from helpers.claims.definitions.codings import kinds
from helpers.claims.designs.arms import adjusted_difference, clusters_for, whose
from helpers.claims.designs.rates.count_regression import within
from helpers.errors import NotIdentifiableError
from helpers.measures.hosts import QUARTER_DAYS
from helpers.records import DAY_US
from helpers.survival import Interval

A_YEAR = 4  # quarters
LEAST = 2  # quarters of a group that tell a slope


@stands_in("s3-interest-groups-wither", needs=("births", "quarters"))
def withering_by_age(evidence: Evidence) -> Finding:
    """Follow groups by age: the host's messages, answers, messages with a link."""
    rows = _by_quarter(evidence)
    passed = gates.passed(
        gates.groups(rows["group"].nunique(), gates.LEAST_IN_ARM),
        gates.clustering(*whose(evidence, rows["group"])),
    )
    n_quarters = rows.groupby("group")["quarter"].transform("size")
    long = rows[n_quarters >= A_YEAR].reset_index(drop=True)
    return Finding.estimated(
        partial(_slopes, evidence, rows),
        "per 90 days of age within living groups: ratio of the host's messages, change"
        " of the share of messages that answer, change of the share with a link",
        passed,
        {
            "groups of four quarters": partial(_slopes, evidence, long),
            "explicit replies": partial(_slopes, evidence, rows, "replies_explicit"),
        },
        qualifiers=QUALIFIERS,
        variant="host",
        may="contradict",
        note="groups are followed while they live: those that died fast weigh less",
        cases="group-quarters",
    )


def _by_quarter(evidence: Evidence) -> pd.DataFrame:
    """Return quarters of groups of a topic, or of all, in which something was said."""
    rows = _watched(evidence)
    rows = rows[rows["messages"].gt(0)]
    with suppress(NotIdentifiableError):  # nobody told what groups are about
        about = kinds(evidence, "about")
        rows = rows[rows["group"].map(about).eq("topic")]
    n_quarters = rows.groupby("group")["quarter"].transform("size")
    return rows[n_quarters >= LEAST].reset_index(drop=True)


def _watched(evidence: Evidence) -> pd.DataFrame:
    """Return quarters after a group's entry, or all where it is watched from birth."""
    dated = evidence.of_known_age
    groups = dated.groups.set_index("group")
    unseen = (groups["entry_us"] - groups["origin_us"]) / (QUARTER_DAYS * DAY_US)
    unseen[dated.from_birth["group"]] = 0.0
    rows = dated.table("quarters")
    return rows[rows["quarter"] >= rows["group"].map(unseen)]


def _slopes(
    evidence: Evidence, rows: pd.DataFrame, replies: str = ""
) -> tuple[Interval, Interval, Interval]:
    replies = replies or evidence.answers
    clusters = clusters_for(evidence, rows["group"])
    age = pd.DataFrame({"age": rows["quarter"].astype("float64")})
    host = within(rows["host"], age, rows["group"], clusters).ratio("age")
    shares = {name: rows[name] / rows["messages"] for name in (replies, "with_link")}
    table = pd.DataFrame({**age, **shares})
    apart = table - table.groupby(rows["group"]).transform("mean")
    answers, links = (
        adjusted_difference(apart[name], apart[["age"]], clusters) for name in shares
    )
    return host, answers, links
