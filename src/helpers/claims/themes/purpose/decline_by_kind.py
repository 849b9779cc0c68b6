"""Changes with age in interest groups: owner's messages, replies and links.

Where owners are not known, the host is who wrote most at first, and falls back by that
alone, so that a fall of the host's messages supports nothing; where types are not
known, all groups are followed.
"""

from __future__ import annotations

from contextlib import suppress

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_adjusted_difference,
    list_networks_and_batches,
)
from helpers.claims.designs.count_regression import fit_within
from helpers.claims.quantities.codings import classify_kinds, is_kind
from helpers.claims.quantities.message_labels import Labelled
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import YEAR
from helpers.errors import NotIdentifiableError
from helpers.inference.labels import estimate_share_difference
from helpers.measures.hosts import QUARTER_DAYS
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.survival.interval import Wald
from helpers.wording import say

LANDMARK = 28
QUARTER = 90.0
MONTHS = ("0-27", "28-55", "56-83", "152-179", "337-364")
A_YEAR = 4  # quarters
LEAST = 2  # quarters of a group that tell a slope


@estimates("s3-interest-groups-wither")
@stands_in("s3-interest-groups-wither", needs=("births", "quarters"))
def interest_wither(evidence: Evidence) -> Finding:
    """Estimate changes per 90 days of group age in owner's messages, replies and ads.

    The third component is None without links and without hand labels of advertisements.
    """
    typed = evidence.records("type", "owner_share", "replies")
    ages = (_months_of_interest if typed else _quarters_of_hosts)(evidence)
    rows = ages.rows(**ages.chosen)
    passed = gates.pass_gates(
        gates.require_groups(rows["group"].nunique(), gates.LEAST_IN_ARM),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )
    has_links = "links" in rows
    ads = None if has_links else _estimate_ad_share_change(evidence, rows["group"])

    def estimate(rows: pd.DataFrame) -> tuple[Interval | None, ...]:
        slopes = _compute_slopes(evidence, rows)
        return slopes if has_links else (*slopes, ads)

    note = say("groups are followed while they live: those that died fast weigh less")
    return ages.build_finding(rows, estimate, passed, note=note)


def _compute_slopes(evidence: Evidence, rows: pd.DataFrame) -> tuple[Interval, ...]:
    """Return changes per 90 days: ratio of owner messages; reply and link shares."""
    clusters = choose_clusters_for(evidence, rows["group"])
    owner = fit_within(rows["own"], rows[["age"]], rows["group"], clusters).ratio("age")
    shares = [name for name in ("replied", "links") if name in rows]
    table = rows[["age", *shares]]
    deviations = table - table.groupby(rows["group"]).transform("mean")
    changes = (
        estimate_adjusted_difference(deviations[name], deviations[["age"]], clusters)
        for name in shares
    )
    return owner, *changes


def _months_of_interest(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return monthly data of interest groups: age, owner's messages and replies."""
    rows = _build_monthly_rows(evidence)
    long_lived = rows[rows.groupby("group")["days"].transform("max") > YEAR / 2]
    return Quantity(
        rows=lambda groups: groups,
        definition=say(
            "per 90 days of age within living interest groups: ratio of the"
            " owner's messages, change of replies a message, change of the share of"
            " advertisements"
        ),
        sets={"groups": {"all": rows, "groups alive at half a year": long_lived}},
        qualifiers=(),
    )


def _build_monthly_rows(evidence: Evidence) -> pd.DataFrame:
    interest = is_kind(evidence, "interest")
    rows = evidence.windows[evidence.windows["window"].isin(MONTHS)]
    rows = rows[rows["observed"].astype(bool) & rows["messages"].gt(0)]
    rows = rows[rows["group"].map(interest).eq(1.0) & rows["owner_share"].notna()]
    days = rows["from_day"] + LANDMARK / 2
    return rows.assign(
        days=days,
        age=days / QUARTER,
        own=(rows["owner_share"] * rows["messages"]).round(),
        replied=(rows["replies"] / rows["messages"]).astype("float64"),
    ).reset_index(drop=True)


def _quarters_of_hosts(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return 90-day data of groups: age, host's messages, shares of replies, links."""
    return Quantity(
        rows=lambda way: _build_quarterly_rows(evidence, **way),
        definition=say(
            "per 90 days of age within living groups: ratio of the host's"
            " messages, change of the share of messages that answer, change"
            " of the share with a link"
        ),
        sets={
            "way": {
                "two quarters": {},
                say("groups of four quarters"): {"least": A_YEAR},
                say("explicit replies"): {"replies": "replies_explicit"},
            }
        },
        qualifiers=QUALIFIERS,
        standing={"variant": "host", "may": "contradict", "cases": "group-quarters"},
    )


def _build_quarterly_rows(
    evidence: Evidence, least: int = LEAST, replies: str = ""
) -> pd.DataFrame:
    """Build one row per topic group and active 90 days of age: replies and links."""
    rows = _select_watched(evidence)
    rows = rows[rows["messages"].gt(0)]
    with suppress(NotIdentifiableError):  # nobody told what groups are about
        subjects = classify_kinds(evidence, "about")
        rows = rows[rows["group"].map(subjects).eq("topic")]
    n_quarters = rows.groupby("group")["quarter"].transform("size")
    return (
        rows[n_quarters >= least]
        .reset_index(drop=True)
        .assign(
            age=lambda rows: rows["quarter"].astype("float64"),
            own=lambda rows: rows["host"],
            replied=lambda rows: rows[replies or evidence.answers] / rows["messages"],
            links=lambda rows: rows["with_link"] / rows["messages"],
        )
    )


def _select_watched(evidence: Evidence) -> pd.DataFrame:
    """Return the 90-day periods of group age that were observed."""
    dated = evidence.of_known_age
    groups = dated.groups.set_index("group")
    unseen = (groups["entry_us"] - groups["origin_us"]) / (QUARTER_DAYS * DAY_US)
    unseen[dated.from_birth["group"]] = 0.0
    rows = dated.table("quarters")
    return rows[rows["quarter"] >= rows["group"].map(unseen)]


def _estimate_ad_share_change(
    evidence: Evidence, group: pd.Series[int]
) -> Interval | None:
    """Estimate the change in the share of advertisements between two ages."""
    try:
        labelled = Labelled.of(evidence, "advertisement").among(set(group))
        index = labelled.groups.index
        early = pd.DataFrame({"from_day": 0, "to_day": QUARTER - 1}, index)
        late = pd.DataFrame({"from_day": QUARTER, "to_day": YEAR}, index)
        change = estimate_share_difference(labelled.share(late), labelled.share(early))
    except NotIdentifiableError:
        return None
    read = labelled.readings
    ages = (read["age_day"] * read["messages"]).groupby(read["age_day"] >= QUARTER)
    messages = read["messages"].groupby(read["age_day"] >= QUARTER).sum()
    years = float((ages.sum() / messages).diff().iloc[-1]) / QUARTER
    value = change.estimate / years
    rule = Wald(value, change.se / years, "identity", change.clusters - 1)
    return Interval.of(
        value, rule, method=change.method, n=change.n, clusters=change.clusters
    )
