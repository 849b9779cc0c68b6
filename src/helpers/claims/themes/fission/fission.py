"""Growth of networks by splitting, and quality of the resulting groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates, list_alternatives
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for
from helpers.claims.designs.count_regression import compare_kinds
from helpers.claims.quantities.deaths import define_silent
from helpers.claims.quantities.registered import define_by_listing
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.survival.interval import ScaleName, Wald
from helpers.wording import say

MONTH = 30.44
FIRST = 14 * MONTH
LEAST_BIRTHS = 20
CENTURY = 36_525.0
MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class _Doubling:
    """Limits of a doubling time ln 2 / r; infinite for growth rates r ≤ 0."""

    rate: float
    error: float

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the confidence limits of the doubling time at `level`."""
        reach = float(stats.norm.ppf((1 + level) / 2)) * self.error
        return _compute_time(self.rate + reach), _compute_time(self.rate - reach)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the doubling time on a scale and its error (delta method).

        A network that hardly grows doubles in a century, with an error as large.
        """
        time = min(_compute_time(self.rate), CENTURY)
        error = time**2 * self.error / float(np.log(2))
        return Wald(time, error, "identity").on_scale(scale)


def _compute_time(rate: float) -> float:
    return float(np.log(2) / rate) if rate > 0 else float("inf")


@stands_in("s0-fission-speed", ("fills.listed_us",))
@stands_in("s0-fission-speed", needs=("births",), planned=True)
@estimates("s0-fission-speed")
def fission_speed(evidence: Evidence) -> Finding:
    """Estimate the days in which a network's living groups double in number.

    The likelihood of births and deaths gives rates of both by living group and day.
    """
    if evidence.records("fills.listed_us"):
        return _double_on_list(evidence)
    if not evidence.records("groups", "parents"):
        return _double_by_founding(evidence)
    births = _count_births(_compute_days_since(evidence))
    split = evidence.groups["group"].isin(evidence.table("links")["group"])
    share = float(split.iloc[1:].mean()) if len(split) > 1 else 0.0
    passed = gates.pass_gates(require_one_network(evidence))
    passed += gates.pass_gates(
        gates.require_units(
            births,
            "{n} births in the first 14 months, {least} needed",
            LEAST_BIRTHS,
        ),
        gates.Gate(
            "splits",
            share > MOSTLY,
            say("{share:.0%} began in another's lifetime", share=share),
        ),
    )
    estimate = partial(_estimate_doubling_time, evidence)
    return Finding.estimated(
        partial(estimate, FIRST),
        "days in which the living groups of the network double, first 14 months",
        passed, _list_other_spans(estimate), qualifiers=("portable form",),
    )  # fmt: skip


def _list_other_spans(
    estimate: Callable[..., Interval],
) -> Mapping[str, Callable[[], Interval]]:
    """List doubling times over the first 6 or 24 months, and from births alone."""
    spans = {
        say("first {m} months", m=m): partial(estimate, m * MONTH) for m in (6, 24)
    }
    return spans | {"births only": partial(estimate, FIRST, deaths=False)}


def require_one_network(evidence: Evidence) -> gates.Gate:
    """Check that all groups belong to a single network (such as a server)."""
    networks = len(evidence.networks)
    detail = say("{n} networks, each has a pace of its own", n=networks)
    return gates.Gate("clustering", networks == 1, detail)


def _compute_days_since(evidence: Evidence) -> pd.Series[float]:
    """Return the age of the network at each group's origin, in days."""
    origin = evidence.groups["origin_us"]
    first = origin.groupby(evidence.groups["network"]).transform("min")
    return (origin - first) / DAY_US


def _count_births(since: pd.Series[float]) -> int:
    """Count groups founded in the first 14 months after the network's first."""
    return int(((since > 0) & (since <= FIRST)).sum())


def _estimate_doubling_time(
    evidence: Evidence, span: float, *, deaths: bool = True
) -> Interval:
    lives = define_silent(evidence).lives
    ages = pd.Series(_compute_days_since(evidence).to_numpy(), evidence.groups["group"])
    since = ages.reindex(lives.group).to_numpy(np.float64)
    inside = since <= span
    watched = np.clip(np.minimum(lives.durations, span - since), 0, None)[inside]
    died = (lives.ended & (since + lives.durations <= span))[inside].sum()
    born = int(((since > 0) & (since <= span)).sum())  # of groups that are followed
    days = float(watched.sum())
    return estimate_growth(born, int(died) if deaths else 0, days)


def estimate_growth(born: int, gone: int, days: float) -> Interval:
    """Compute the doubling time of groups from births and deaths.

    Raises
    ------
    NotIdentifiableError
        If no group lived in that time.
    """
    if not days:
        raise NotIdentifiableError("no group lived in that time", where="splitting")
    rule = _Doubling((born - gone) / days, float(np.sqrt(born + gone)) / days)
    return Interval.of(
        _compute_time(rule.rate),
        rule,
        method="births and deaths",
        n=born + 1,
        clusters=1,
    )


@estimates("s0-fission-dilutes-quality")
def dilutes_quality(evidence: Evidence) -> Finding:
    """Estimate the ratio of messages in a group per doubling of its network's groups.

    Networks and the calendar (a cubic) are adjusted; messages a poster where it is not
    known who answers whom, which is activity and not quality.
    """
    rows, quality = _select_siblings(evidence)
    networks = rows["network"].nunique()
    passed = gates.pass_gates(
        gates.require_groups(len(rows)),
        gates.Gate(
            "networks",
            networks > 1,
            say("{n} networks, 2 needed", n=networks),
        ),
        gates.require_clusters(rows["network"], rows["batch"]),
        gates.Gate(
            "calendar",
            _is_distinguishable(rows),
            say("siblings differ from what the calendar tells"),
        ),
    )

    def estimate(outcome: str) -> Interval:
        counts = rows[outcome]
        clusters = choose_clusters_for(evidence, rows["group"])
        return compare_kinds(counts, _build_design(rows), clusters).ratio("siblings")

    return Finding.estimated(
        partial(estimate, "messages"),
        say("messages in days 28–83, posters adjusted, per doubling of the"
" network's living groups at birth"),
        passed, {"replies": partial(estimate, "replies")} if quality else {},
        qualifiers=("association",) if quality else ("activity", "association"),
        note=say("advertisements are not told apart"),
    )  # fmt: skip


def _select_siblings(evidence: Evidence) -> tuple[pd.DataFrame, bool]:
    """Return groups active in month two, with the number of their network's groups."""
    rows = evidence.window("28-83")
    every = evidence.groups
    network, origin = every["network"].to_numpy(object), every["origin_us"].to_numpy()
    last = every["last_us"].to_numpy("float64", na_value=-np.inf)  # silent: never alive
    births = rows[["network", "origin_us"]].to_numpy(object)
    counts = [
        int(((network == of) & (origin < at) & (last >= at)).sum()) for of, at in births
    ]
    year = (rows["origin_us"] - rows["origin_us"].min()) / DAY_US / 365
    groups = rows.assign(siblings=np.log2(1 + np.array(counts)), year=year)
    quality = bool(rows["replies"].notna().any())
    return groups.reset_index(drop=True), quality


def _build_design(rows: pd.DataFrame) -> pd.DataFrame:
    networks = pd.get_dummies(rows["network"], drop_first=True, dtype=float)
    calendar = {
        f"year {p}": (rows["year"] / rows["year"].max()) ** p for p in (1, 2, 3)
    }
    posters = np.log1p(rows["posters"].fillna(0).astype("float64"))
    table = pd.DataFrame({"siblings": rows["siblings"], "posters": posters, **calendar})
    return pd.concat([table.loc[:, table.max() > table.min()], networks], axis=1)


def _is_distinguishable(rows: pd.DataFrame) -> bool:
    """Return whether networks and dates do not fully explain the number of groups."""
    design = _build_design(rows)
    if "siblings" not in design:
        return False
    other_covariates = np.column_stack(
        [np.ones(len(design)), design.drop(columns="siblings")]
    )
    residual_sum = np.linalg.lstsq(other_covariates, design["siblings"], rcond=None)[1]
    total_sum = float(((design["siblings"] - design["siblings"].mean()) ** 2).sum())
    return bool(len(residual_sum)) and float(residual_sum[0]) > 0.01 * total_sum


def _double_by_founding(evidence: Evidence) -> Finding:
    """Estimate the doubling time of a network's number of groups.

    Groups that were there at the first birth on record are there at the start.
    """
    passed = gates.pass_gates(require_one_network(evidence))
    passed += gates.pass_gates(_require_births(evidence))
    births = _count_births(_compute_days_since_first(evidence))
    passed += gates.pass_gates(
        gates.require_units(
            births, "{n} births in the first 14 months, {least} needed", LEAST_BIRTHS
        )
    )
    estimate = partial(_estimate_founded_doubling, evidence)
    return Finding.estimated(
        partial(estimate, FIRST),
        say("days in which the living groups of the network double, first"
" 14 months on record; founded, not split off"),
        passed, _list_other_spans(estimate), qualifiers=("proxy", "portable form"),
        may="support",
        note=say("{births} births; administrators may have opened groups in"
" batches", births=births),
    )  # fmt: skip


def _require_births(evidence: Evidence) -> gates.Gate:
    n_groups = len(evidence.from_birth)
    return gates.require_at_least(
        "births on record",
        n_groups,
        LEAST_BIRTHS,
        "{n} groups watched from their origin, {least} needed",
        n=n_groups,
    )


def _compute_days_since_first(evidence: Evidence) -> pd.Series[float]:
    """Return days from the first founding to each group's founding."""
    first = evidence.from_birth["origin_us"].min()
    origin = evidence.groups.set_index("group")["origin_us"]
    since: pd.Series[float] = (origin - first) / DAY_US
    return since


def _estimate_founded_doubling(
    evidence: Evidence, span: float, *, deaths: bool = True
) -> Interval:
    with_messages = "groups" in evidence.study.manifest.tables
    lives = (define_silent if with_messages else define_by_listing)(evidence).lives
    since = _compute_days_since_first(evidence)
    start = since.reindex(lives.group).to_numpy(np.float64)
    enter = np.maximum(start + lives.entry, 0.0)
    leave = np.minimum(start + lives.durations, span)
    days = float(np.clip(leave - enter, 0.0, None).sum())
    end_days = start + lives.durations
    died = int((lives.ended & (end_days > 0) & (end_days <= span)).sum())
    born = int(((start > 0) & (start <= span)).sum())  # of groups that are followed
    return estimate_growth(born, died if deaths else 0, days)


def _double_on_list(evidence: Evidence) -> Finding:
    """Estimate the doubling time of the groups on a project's list.

    Groups on the first version of its list are there at the start; births came later.
    """
    passed = gates.pass_gates(require_one_network(evidence))
    rows = evidence.table("fills")
    births = int((rows["listed_us"] > rows["listed_us"].min()).sum())
    passed += gates.pass_gates(
        gates.require_units(
            births, "{n} births on the list, {least} needed", LEAST_BIRTHS
        )
    )
    alternatives = {
        say("whole record"): partial(_estimate_listed, rows, np.inf),
        say("groups taken off"): partial(_estimate_listed, rows, FIRST, deaths=True),
        say("whole record, groups taken off"): partial(
            _estimate_listed, rows, np.inf, deaths=True
        ),
    }
    return Finding(
        components=(_estimate_listed(rows, FIRST),),
        definition=say(
            "days in which a project's listed groups double, first 14"
            " months of its list"
        ),
        gates=passed,
        specifications=list_alternatives(alternatives),
        qualifiers=("proxy", "portable form"),
        may="support",
        note=say(
            "{births} groups came onto the list; each when the one before was full",
            births=births,
        ),
    )


def _estimate_listed(
    rows: pd.DataFrame, span: float, *, deaths: bool = False
) -> Interval:
    start, end = rows["listed_us"].min(), rows["until_us"].max()
    since = (rows["listed_us"] - start) / DAY_US
    removed_days = (rows["removed_us"] - start) / DAY_US
    last_day = min(span, float((end - start) / DAY_US))
    stop = removed_days.fillna(np.inf).clip(upper=last_day) if deaths else last_day
    days = float((stop - since).clip(lower=0).sum())
    born = int(((since > 0) & (since <= last_day)).sum())
    died = int((removed_days <= last_day).sum()) if deaths else 0
    return estimate_growth(born, died, days)
