"""Joining early, sitting in many groups, and leaving: claims about single members."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.definitions.study_days import local_day
from helpers.claims.designs.hazards.landmark import RC, Landmark, log_adjusted, terciles
from helpers.claims.designs.permutation import Permutations, permuted
from helpers.claims.designs.rates.count_regression import within
from helpers.claims.evaluation.fragility import Specification
from helpers.inference import clopper_pearson, clusters_by
from helpers.records import DAY_US
from helpers.small_counts import People

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence
    from helpers.survival import Interval

    Came = Callable[[Evidence], pd.DataFrame]

__all__ = [
    "ESTIMATORS", "HASTY_SETS", "SEED_SETS", "hasty_copycat", "overload_fatigue",
    "rushed", "seed_users_needed", "seeded", "without_seeds",
]  # fmt: skip

SEEDS, SEED_DAYS, JOINED_WITHIN = 3, 3, 7
LEAST_USERS = 100
WEEK, GONE_WEEKS = 7, 8
LITERAL_DAYS = 365.0
SEED_SETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "day": {"landmark 14": 14, "landmark 7": 7, "landmark 28": 28},
        "least": {"≥ 3 against none": 3, "≥ 1": 1, "≥ 5": 5},
        **RC,
    }
)
HASTY_SETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "day": {"landmark 28": 28, "landmark 14": 14},
        "soon": {"come by day 2": 2, "by day 1": 1, "by day 6": 6},
        **RC,
    }
)


def seed_users_needed(evidence: Evidence) -> Finding:
    """Compare groups with three seed users with groups that have none.

    A seed user joined within 7 days of the origin and wrote on 3 days of days 0–13;
    shared values are not observed.
    """
    one = seeded(evidence, _ordinary_joins, 14, SEEDS)
    found = one.finding(
        "≥ 3 against 0 people who joined by day 7 and wrote on ≥ 3 days of days 0–13",
        sets=SEED_SETS,
        build=partial(seeded, evidence, _ordinary_joins),
    )
    return replace(found, beside=(*found.beside, *without_seeds(one)))


def _joins(evidence: Evidence) -> pd.DataFrame:
    """Return who joined when, and left when: ``group, member, came_us, left_us``."""
    rows = evidence.table("memberships").dropna(subset="joined_us")
    return rows.rename(columns={"joined_us": "came_us"})


def _ordinary_joins(evidence: Evidence) -> pd.DataFrame:
    joined = _joins(evidence)
    return joined[joined["role"].fillna("") != "owner"]


def _age(evidence: Evidence, rows: pd.DataFrame, column: str) -> pd.Series[float]:
    """Return the age of each row's group, in days, at an instant."""
    origin = evidence.groups.set_index("group")["origin_us"]
    return (rows[column] - rows["group"].map(origin)) / DAY_US


def seeded(evidence: Evidence, came: Came, day: int, least: int) -> Landmark:
    """Return groups with so many seed users against those with none at a landmark.

    Parameters
    ----------
    came
        Gives who may be a seed user, and since when: ``group, member, came_us``.
    """
    early = _early_days(evidence, day)
    there = came(evidence)
    soon = _age(evidence, there, "came_us") <= JOINED_WITHIN
    nucleus = early.merge(there[soon][["group", "member"]])
    seeds = nucleus[nucleus["days"] >= SEED_DAYS].groupby("group").size()
    volume = early.groupby("group").agg(
        said=("messages", "sum"), spoke=("days", "size")
    )
    groups = evidence.from_birth["group"]
    count = seeds.reindex(groups, fill_value=0).astype("float64")
    middle = (count > 0) & (count < least)
    return Landmark(
        evidence=evidence,
        exposure=(count >= least).astype("float64").where(~middle, np.nan),
        adjust=log_adjusted(volume.reindex(groups, fill_value=0), "said", "spoke"),
        day=float(day),
        last_day=day - 1.0,
    )


def _early_days(evidence: Evidence, day: int) -> pd.DataFrame:
    """Return each person's days and messages before an age, by group."""
    rows = evidence.table("member_days")
    born = local_day(evidence, evidence.groups.set_index("group")["origin_us"])
    early = rows[rows["day"] - rows["group"].map(born) < day]
    return early.groupby(["group", "member"], as_index=False).agg(
        days=("day", "size"), messages=("messages", "sum")
    )


def without_seeds(one: Landmark) -> tuple[Beside, ...]:
    """Return the literal form: groups without a seed user alive at a year."""
    data = one.at_risk(one.reading(one.evidence))
    none = data[data["exposure"] == 0]
    known = none[(none["duration"] >= LITERAL_DAYS) | none["ended"]]
    if known.empty:
        return ()
    alive = int((known["duration"] >= LITERAL_DAYS).sum())
    return (
        Beside("alive at 365 d without a seed", clopper_pearson(alive, len(known))),
    )


def hasty_copycat(evidence: Evidence) -> Finding:
    """Compare groups whose members had come at once with those that filled slowly."""
    return rushed(evidence, _joins, 28, 2).finding(
        "top against bottom tercile of the share of members at day 28 who had joined by"
        " day 2",
        sets=HASTY_SETS,
        build=partial(rushed, evidence, _joins),
    )


def rushed(evidence: Evidence, came: Came, day: int, soon: int) -> Landmark:
    """Return groups by the share of their people who had come by a day.

    Parameters
    ----------
    came
        Gives ``group, member, came_us, left_us``.
    """
    rows = came(evidence)
    age, left = (_age(evidence, rows, name) for name in ("came_us", "left_us"))
    there = rows.assign(soon=age < soon + 1)[(age < day) & ~(left < day)]
    by = there.groupby("group")["soon"]
    said = _early_days(evidence, day).groupby("group")["messages"].sum()
    size = by.size().rename("members").to_frame()
    size["said"] = said.reindex(size.index, fill_value=0)
    return Landmark(
        evidence=evidence,
        exposure=by.mean(),
        adjust=log_adjusted(size, "members", "said"),
        day=float(day),
        last_day=day - 1.0,
        coding=terciles,
    )


def overload_fatigue(evidence: Evidence) -> Finding:
    """Relate what a person writes in a week to what they received in the week before.

    Within persons: weeks from the first message to eight after the last, messages by
    others in the groups they had written in. Leaving is the second leg, None where it
    is not recorded. Replies to oneself cannot be told apart.
    """
    weeks = _weeks(evidence)
    many = People(weeks["member"].nunique())
    several = weeks.groupby("member")["groups"].max() > 1
    detail = f"{many} people with two weeks and more, {LEAST_USERS} needed"
    asked = gates.passed(
        gates.Gate("people", many >= LEAST_USERS, detail),
        gates.Gate(
            "several groups", int(several.sum()) >= LEAST_USERS,
            f"{People(several.sum())} of them in several groups, {LEAST_USERS} needed",
        ),
    )  # fmt: skip
    ways = {
        f"lag of {lag} weeks": partial(_fatigue, evidence, lag) for lag in (2, 3, 4)
    }
    ways["people in several groups"] = partial(
        _per_doubling, weeks[weeks["member"].map(several)]
    )
    found = _per_doubling(weeks)
    return Finding(
        legs=(found, None),
        definition="messages written in a week per doubling of messages received in the"
        " week before, within persons; all messages of the study in that week adjusted",
        gates=asked,
        specifications=tuple(
            Specification.tried(name, partial(_alone, way))
            for name, way in ways.items()
        ),
        permuted=Permutations(found, partial(_dealt, weeks)),
        qualifiers=("association",),
        note=f"{len(weeks)} weeks of {many} people; leaving and muting are not recorded"
        " for them",
    )


def _dealt(weeks: pd.DataFrame, seed: int) -> Interval:
    """Return the ratio with each person's loads dealt out anew among their weeks."""
    return _per_doubling(
        permuted(weeks, seed=seed, column="received", within=("member",))
    )


def _alone(way: Callable[[], Interval]) -> tuple[Interval, None]:
    """Return the leg of writing; that of leaving is not recorded."""
    return way(), None


def _fatigue(evidence: Evidence, lag: int) -> Interval:
    return _per_doubling(_weeks(evidence, lag))


def _weeks(evidence: Evidence, lag: int = 1) -> pd.DataFrame:
    """Return person-weeks: what was received, and what was written `lag` weeks on."""
    said = evidence.table("member_days")
    said = said.assign(week=said["day"] // WEEK)
    whole = said.groupby("week")["messages"].sum()
    own = said.groupby(["member", "group", "week"], as_index=False)["messages"].sum()
    talk = own.groupby(["group", "week"])["messages"].sum().rename("all").reset_index()
    spans = own.groupby(["member", "group"], as_index=False)["week"].min()
    last = own.groupby("member")["week"].max() + GONE_WEEKS
    end = int(own["week"].max())
    heard = spans.rename(columns={"week": "since"}).merge(talk, on="group")
    until = heard["member"].map(last).clip(upper=end)
    heard = heard[(heard["week"] >= heard["since"]) & (heard["week"] + lag <= until)]
    heard = heard.merge(own, "left", ["member", "group", "week"]).fillna(
        {"messages": 0}
    )
    heard["received"] = heard["all"] - heard["messages"]
    by = heard.groupby(["member", "week"], as_index=False)
    load = by.agg(received=("received", "sum"), groups=("group", "size"))
    wrote = own.groupby(["member", "week"], as_index=False)["messages"].sum()
    wrote["week"] -= lag
    rows = load.merge(wrote, "left", ["member", "week"]).fillna({"messages": 0})
    rows["whole"] = (rows["week"] + lag).map(whole).fillna(0)
    often = rows.groupby("member")["week"].transform("size") > 1
    several: pd.DataFrame = rows[often].reset_index(drop=True)
    return several


def _per_doubling(rows: pd.DataFrame) -> Interval:
    gates.passed(
        gates.Gate("people", rows["member"].nunique() >= LEAST_USERS, "too few people")
    )
    exposures = pd.DataFrame(
        {
            "load": np.log2(1 + rows["received"].astype("float64")),
            "whole": np.log2(1 + rows["whole"].astype("float64")),
        }
    )
    people = clusters_by(rows["member"])
    return within(rows["messages"], exposures, rows["member"], people).ratio("load")


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s0-hasty-copycat-dies": hasty_copycat,
        "s0-seed-users-needed": seed_users_needed,
        "s2-overload-fatigue": overload_fatigue,
    }
)
