"""What withers, and for want of what: owners, answers, content, meetings."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.definitions.codings import between, is_kind, stated
from helpers.claims.definitions.message_labels import Labelled
from helpers.claims.designs.arms import (
    adjusted_difference,
    clusters_for,
    sizes,
    whose,
)
from helpers.claims.designs.hazards.attributable import attributable_fraction
from helpers.claims.designs.hazards.landmark_codings import compared
from helpers.claims.designs.rates.count_regression import within
from helpers.errors import NotIdentifiableError
from helpers.inference.labels import Share, share_difference
from helpers.survival import Interval
from helpers.survival.interval import Wald

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence

__all__ = ["ESTIMATORS", "arm_difference"]

A_YEAR, LANDMARK, QUARTER = 365.0, 28, 90.0
MONTHS = ("0-27", "28-55", "56-83", "152-179", "337-364")
SELLING, OTHERS = ("learning", "customers"), ("interest", "friends")


def interest_wither(evidence: Evidence) -> Finding:
    """Follow interest groups by age: the owner's messages, replies, advertisements.

    The third leg is None without hand labels of advertisements.
    """
    rows = _monthly(evidence)
    asked = gates.passed(
        gates.groups(rows["group"].nunique(), gates.LEAST_IN_ARM),
        gates.clustering(*whose(evidence, rows["group"])),
    )
    ads = _advertising(evidence, rows["group"])
    lasting = rows[rows.groupby("group")["age"].transform("max") > A_YEAR / 2]
    return Finding.estimated(
        lambda: (*_slopes(evidence, rows), ads),
        "per 90 days of age within living interest groups: ratio of the owner's"
        " messages, change of replies a message, change of the share of advertisements",
        asked,
        {"groups alive at half a year": lambda: (*_slopes(evidence, lasting), ads)},
        note="groups are followed while they live: those that died fast weigh less",
    )


def _monthly(evidence: Evidence) -> pd.DataFrame:
    """Return months of living interest groups: age, owner's messages, reply ratio."""
    interest = is_kind(evidence, "interest")
    rows = evidence.windows[evidence.windows["window"].isin(MONTHS)]
    rows = rows[rows["observed"].astype(bool) & rows["messages"].gt(0)]
    rows = rows[rows["group"].map(interest).eq(1.0) & rows["owner_share"].notna()]
    return rows.assign(
        age=(rows["from_day"] + LANDMARK / 2) / 1.0,
        own=(rows["owner_share"] * rows["messages"]).round(),
        ratio=(rows["replies"] / rows["messages"]).astype("float64"),
    ).reset_index(drop=True)


def _slopes(evidence: Evidence, rows: pd.DataFrame) -> tuple[Interval, Interval]:
    clusters = clusters_for(evidence, rows["group"])
    age = pd.DataFrame({"age": rows["age"] / QUARTER})
    owner = within(rows["own"], age, rows["group"], clusters).ratio("age")
    by = rows["group"]
    apart = age - age.groupby(by).transform("mean")
    ratio = rows["ratio"] - rows["ratio"].groupby(by).transform("mean")
    return owner, adjusted_difference(ratio, apart, clusters)


def _advertising(evidence: Evidence, group: pd.Series[int]) -> Interval | None:
    """Return the change of the corrected share per 90 days, from two phases of life."""
    try:
        asked = Labelled.of(evidence, "advertisement").among(set(group))
        index = asked.groups.index
        early = pd.DataFrame({"from_day": 0, "to_day": QUARTER - 1}, index)
        late = pd.DataFrame({"from_day": QUARTER, "to_day": A_YEAR}, index)
        change = share_difference(asked.share(late), asked.share(early))
    except NotIdentifiableError:
        return None
    read = asked.readings
    ages = (read["age_day"] * read["messages"]).groupby(read["age_day"] >= QUARTER)
    said = read["messages"].groupby(read["age_day"] >= QUARTER).sum()
    years = float((ages.sum() / said).diff().iloc[-1]) / QUARTER
    value = change.estimate / years
    rule = Wald(value, change.se / years, "identity", change.clusters - 1)
    return Interval.of(
        value, rule, method=change.method, n=change.n, clusters=change.clusters
    )


def training_utilitarian(evidence: Evidence) -> Finding:
    """Compare shares of advertisements: training and customers' groups, and others."""
    asked = Labelled.of(evidence, "advertisement")
    side = between(evidence, SELLING, OTHERS)
    here = asked.among(set(side.index))
    exposed = side.reindex(here.groups.index)
    passed = gates.passed(
        gates.labels(len(here.labels), [asked.f1]), sizes(exposed),
        gates.clustering(here.groups["network"], here.groups["batch"]),
    )  # fmt: skip

    def way(to_day: float) -> Interval:
        phase = pd.DataFrame({"from_day": 0, "to_day": to_day}, here.groups.index)
        return arm_difference(here.share(phase), exposed.to_numpy(np.float64))

    others = {f"first {day} days": partial(way, day - 1.0) for day in (28, 90)}
    return Finding.estimated(
        partial(way, np.inf),
        "share of advertisements in training and customers' groups less that in"
        " interest and friends' groups, corrected by hand labels",
        passed, others, qualifiers=("association",),
    )  # fmt: skip


def arm_difference(share: Share, exposed: np.ndarray) -> Interval:
    """Return a corrected share among exposed groups less that among the others."""
    one, other = (
        Share(share.total * side, share.messages * side, share.clusters, share.labels)
        for side in (exposed, 1 - exposed)
    )
    return share_difference(one, other)


def no_content_no_meeting(evidence: Evidence) -> Finding:
    """Estimate how many deaths of interest groups lack of content or meeting tells.

    The share of deaths in the year after day 28 that would not be if all had both,
    and the hazard ratio of neither against both.
    """
    interest = is_kind(evidence, "interest")
    have = {name: stated(evidence, name, LANDMARK) for name in ("content", "offline")}
    table = pd.DataFrame(have).dropna()
    table = table[interest.reindex(table.index).eq(1.0)]
    both, neither = table.all(axis=1), ~table.any(axis=1)
    side = neither.astype("float64").where(both | neither)
    ratio = compared(evidence, side, LANDMARK)
    first = ratio.finding("neither content nor meeting by day 28 against both")
    levels = pd.DataFrame(
        {"neither": neither, "one": ~both & ~neither}, table.index
    ).astype("float64")
    everyone = compared(evidence, both.astype("float64"), LANDMARK)
    data = everyone.at_risk(everyone.reading(evidence))
    late = data["duration"] > LANDMARK + A_YEAR
    data = data.assign(
        duration=data["duration"].clip(upper=LANDMARK + A_YEAR),
        ended=data["ended"] & ~late,
    )
    fraction = attributable_fraction(data, levels.loc[data["group"]])
    return Finding.estimated(
        lambda: (fraction, first.legs[0]),
        f"attributable share of the deaths of a year; {first.definition}",
        first.gates,
        {
            one.name: partial(lambda one: (fraction, *one.legs), one)
            for one in first.specifications
        },
        beside=first.beside, qualifiers=first.qualifiers, note=first.note,
    )  # fmt: skip


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s3-interest-groups-wither": interest_wither,
        "s3-no-content-no-offline-causes": no_content_no_meeting,
        "s3-training-utilitarian": training_utilitarian,
    }
)
