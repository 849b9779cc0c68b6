"""Whether people write less after weeks in which they received more messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import statsmodels.api as sm

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Specification,
    estimates,
    list_alternatives,
)
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.count_regression import fit_within
from helpers.inference import cluster_by_label
from helpers.records import WEEK_DAYS
from helpers.small_counts import People
from helpers.survival.interval import Interval, Wald
from helpers.wording import say

LEAST_USERS = 100
GONE_WEEKS = 8
AFTER = "received in the week after"


@stands_in("s2-overload-fatigue", needs=("groups", "loads"))
@estimates("s2-overload-fatigue")
def overload_fatigue(evidence: Evidence) -> Finding:
    """Estimate the ratio of messages written per doubling of those received last week.

    Within persons: weeks from the first message to eight after the last, messages by
    others in their groups. Leaving is the second component, None where it
    is not recorded. Replies to oneself cannot be told apart.
    """
    if not evidence.records("senders", "member_days"):
        return _find_in_pairs(evidence)
    weeks = _count_weeks(evidence)
    people = People(weeks["member"].nunique())
    several = weeks.groupby("member")["groups"].max() > 1
    both = People(several.sum())
    passed = gates.pass_gates(
        gates.require_units(
            people, "{n} people with two weeks and more, {least} needed", LEAST_USERS
        ),
        gates.require_at_least(
            "several groups",
            both,
            LEAST_USERS,
            "{both} of them in several groups, {least} needed",
            both=both,
        ),
    )
    alternatives = {
        say("lag of {lag} weeks", lag=lag): partial(_estimate_fatigue, evidence, lag)
        for lag in (2, 3, 4)
    }
    alternatives["people in several groups"] = partial(
        _estimate_per_doubling, weeks[weeks["member"].map(several)]
    )
    interval = _estimate_per_doubling(weeks)
    return Finding(
        cases="weeks",
        components=(interval, None),
        definition=say(
            "messages written in a week per doubling of messages received"
            " in the week before, within persons; all messages of the study"
            " in that week adjusted"
        ),
        gates=passed,
        specifications=list_alternatives(
            {
                name: partial(_pair_with_missing, estimate)
                for name, estimate in alternatives.items()
            }
        ),
        permuted=Permutations.of(
            interval, weeks, _estimate_per_doubling, "received", ("member",)
        ),
        qualifiers=("association",),
        controls=(
            Specification.tried(AFTER, partial(_estimate_fatigue, evidence, -1)),
        ),
        note=say(
            "{n} weeks of {people} people; leaving and muting are not"
            " recorded for them",
            n=len(weeks),
            people=people,
        ),
    )


def _pair_with_missing(estimate: Callable[[], Interval]) -> tuple[Interval, None]:
    """Return the estimate for writing, paired with None for unrecorded leaving."""
    return estimate(), None


def _estimate_fatigue(evidence: Evidence, lag: int) -> Interval:
    return _estimate_per_doubling(_count_weeks(evidence, lag))


def _count_weeks(evidence: Evidence, lag: int = 1) -> pd.DataFrame:
    """Count by person and week the messages received, and those written later."""
    days = evidence.table("member_days")
    days = days.assign(week=days["day"] // WEEK_DAYS)
    weekly_total = days.groupby("week")["messages"].sum()
    own = days.groupby(["member", "group", "week"], as_index=False)["messages"].sum()
    talk = own.groupby(["group", "week"])["messages"].sum().rename("all").reset_index()
    spans = own.groupby(["member", "group"], as_index=False)["week"].min()
    last = own.groupby("member")["week"].max() + GONE_WEEKS
    end = int(own["week"].max())
    group_weeks = spans.rename(columns={"week": "since"}).merge(talk, on="group")
    until = group_weeks["member"].map(last).clip(upper=end)
    counted = group_weeks["week"] + lag
    first_week = group_weeks["member"].map(own.groupby("member")["week"].min())
    group_weeks = group_weeks[
        (group_weeks["week"] >= group_weeks["since"])
        & counted.between(first_week, until)
    ]
    group_weeks = group_weeks.merge(own, "left", ["member", "group", "week"]).fillna(
        {"messages": 0}
    )
    group_weeks["received"] = group_weeks["all"] - group_weeks["messages"]
    by = group_weeks.groupby(["member", "week"], as_index=False)
    load = by.agg(received=("received", "sum"), groups=("group", "size"))
    own_messages = own.groupby(["member", "week"], as_index=False)["messages"].sum()
    own_messages["week"] -= lag
    rows = load.merge(own_messages, "left", ["member", "week"]).fillna({"messages": 0})
    rows["whole"] = (rows["week"] + lag).map(weekly_total).fillna(0)
    has_repeats = rows.groupby("member")["week"].transform("size") > 1
    several: pd.DataFrame = rows[has_repeats].reset_index(drop=True)
    return several


def _estimate_per_doubling(rows: pd.DataFrame) -> Interval:
    gates.pass_gates(
        gates.Gate(
            "people", rows["member"].nunique() >= LEAST_USERS, say("too few people")
        )
    )
    exposures = pd.DataFrame(
        {
            "load": np.log2(1 + rows["received"].astype("float64")),
            "whole": np.log2(1 + rows["whole"].astype("float64")),
        }
    )
    people = cluster_by_label(rows["member"])
    return fit_within(rows["messages"], exposures, rows["member"], people).ratio("load")


def _find_in_pairs(evidence: Evidence) -> Finding:
    """Estimate the ratio of messages written per doubling received, by pairs of weeks.

    Conditional on what was written after two weeks of a person, the share after the
    later one follows a logit of the difference in messages received, own ones adjusted.
    """
    rows = evidence.study.table("loads")
    several = People(int(rows["in_several"].max()))
    passed = gates.pass_gates(
        gates.require_units(
            several, "{n} people in several groups, {least} needed", LEAST_USERS
        )
    )
    return Finding(
        cases="pairs",
        components=(_estimate_at_lag(rows, 1), None),
        definition=say(
            "messages written in a week per doubling of messages received"
            " in the week before, within persons, own messages of that week"
            " adjusted; pairs of weeks five weeks apart"
        ),
        gates=passed,
        specifications=list_alternatives(
            {
                say("lag of {lag} weeks", lag=lag): partial(_pair_lag, rows, lag)
                for lag in (2, 3, 4)
            }
        ),
        qualifiers=QUALIFIERS,
        note=say(
            "{pairs} pairs of weeks of {people} people; leaving and muting"
            " are not recorded for them",
            pairs=int(rows.loc[rows["lag"] == 1, "pairs"].sum()),
            people=People(int(rows["people"].max())),
        ),
    )


def _pair_lag(rows: pd.DataFrame, lag: int) -> tuple[Interval, None]:
    """Return the ratio of messages written at another lag, and None for leaving."""
    return _estimate_at_lag(rows, lag), None


def _estimate_at_lag(rows: pd.DataFrame, lag: int) -> Interval:
    return estimate_pairs_per_doubling(rows[rows["lag"] == lag])


def estimate_pairs_per_doubling(own: pd.DataFrame) -> Interval:
    """Estimate the ratio of messages written per doubling received, from paired weeks.

    Parameters
    ----------
    own
        Rows of the table ``loads`` with one lag.
    """
    design = np.column_stack([np.ones(len(own)), own["load"], own["own"]])
    classes = own["people_class"].to_numpy()
    fit = sm.GLM(
        own[["later", "earlier"]].to_numpy(np.float64), design.astype(np.float64),
        family=sm.families.Binomial(),
    ).fit(cov_type="cluster", cov_kwds={"groups": classes})  # fmt: skip
    n_classes = len(np.unique(classes))
    ratio = float(np.exp(fit.params[1]))
    rule = Wald(ratio, se=float(fit.bse[1]), scale="log", df=n_classes - 1)
    how = f"conditional logit of pairs, {n_classes} classes, t({n_classes - 1})"
    pairs = int(own["pairs"].sum())
    return Interval.of(ratio, rule, method=how, n=pairs, clusters=n_classes)
