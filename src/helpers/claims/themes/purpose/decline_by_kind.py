"""Decline of interest groups with age."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_adjusted_difference,
    list_networks_and_batches,
)
from helpers.claims.designs.rates.count_regression import fit_within
from helpers.claims.quantities.codings import is_kind
from helpers.claims.quantities.message_labels import Labelled
from helpers.claims.quantities.spans import YEAR
from helpers.errors import NotIdentifiableError
from helpers.inference.labels import estimate_share_difference
from helpers.survival import Interval
from helpers.survival.interval import Wald

LANDMARK = 28
QUARTER = 90.0
MONTHS = ("0-27", "28-55", "56-83", "152-179", "337-364")


@estimates("s3-interest-groups-wither")
def interest_wither(evidence: Evidence) -> Finding:
    """Estimate trends with age in owner messages, replies and advertisements.

    The third leg is None without hand labels of advertisements.
    """
    rows = _build_monthly_rows(evidence)
    passed = gates.pass_gates(
        gates.require_groups(rows["group"].nunique(), gates.LEAST_IN_ARM),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )
    ads = _estimate_ad_share_change(evidence, rows["group"])
    lasting = rows[rows.groupby("group")["age"].transform("max") > YEAR / 2]
    return Finding.estimated(
        lambda: (*_compute_slopes(evidence, rows), ads),
        "per 90 days of age within living interest groups: ratio of the owner's"
        " messages, change of replies a message, change of the share of advertisements",
        passed,
        {
            "groups alive at half a year": lambda: (
                *_compute_slopes(evidence, lasting),
                ads,
            )
        },
        note="groups are followed while they live: those that died fast weigh less",
    )


def _build_monthly_rows(evidence: Evidence) -> pd.DataFrame:
    """Return owner messages and replies of interest groups by month."""
    interest = is_kind(evidence, "interest")
    rows = evidence.windows[evidence.windows["window"].isin(MONTHS)]
    rows = rows[rows["observed"].astype(bool) & rows["messages"].gt(0)]
    rows = rows[rows["group"].map(interest).eq(1.0) & rows["owner_share"].notna()]
    return rows.assign(
        age=(rows["from_day"] + LANDMARK / 2) / 1.0,
        own=(rows["owner_share"] * rows["messages"]).round(),
        ratio=(rows["replies"] / rows["messages"]).astype("float64"),
    ).reset_index(drop=True)


def _compute_slopes(
    evidence: Evidence, rows: pd.DataFrame
) -> tuple[Interval, Interval]:
    clusters = choose_clusters_for(evidence, rows["group"])
    age = pd.DataFrame({"age": rows["age"] / QUARTER})
    owner = fit_within(rows["own"], age, rows["group"], clusters).ratio("age")
    by = rows["group"]
    apart = age - age.groupby(by).transform("mean")
    ratio = rows["ratio"] - rows["ratio"].groupby(by).transform("mean")
    return owner, estimate_adjusted_difference(ratio, apart, clusters)


def _estimate_ad_share_change(
    evidence: Evidence, group: pd.Series[int]
) -> Interval | None:
    """Estimate how the share of advertisements changes with age."""
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
