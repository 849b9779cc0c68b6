"""Who carries a group: centres of replies, the top poster, owners and leads.

Exposures are known before the time in which ends are counted; whoever's absence or
departure is looked at, nobody's is assigned.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.claims.designs.hazards import (
    estimate_ratio_of_lives,
    estimate_ratio_of_stretches,
    require_arms_of_groups,
)
from helpers.claims.designs.shares import (
    estimate_median_of,
    estimate_share_of,
    map_clusters,
)
from helpers.claims.quantity import quantity
from helpers.errors import NotIdentifiableError
from helpers.group_lives.ends import FULFILLED
from helpers.group_lives.evidence import (
    Evidence,
    require_arms,
    require_events_per_coefficient,
    require_sampled,
)
from helpers.group_lives.lurking import Sums
from helpers.group_lives.silence import SILENCE_DAYS
from helpers.records import DAY_US, MONTH_DAYS
from helpers.survival.bootstrap import (
    FEWEST_NETWORKS,
    choose_clusters,
    choose_clusters_within,
)
from helpers.survival.interval import Interval

WINDOW = "28-83"
LEAST_POSTERS, LEAST_MESSAGES = 5, 100
LANDMARK = float(MONTH_DAYS)
LEADS = ("lead", "leader", "chair", "maintainer")  # of the sources, one in each
MONTH_OF_YEAR = 365.25 / 12
SILENT_MONTHS, SINCE = 2, 2


@quantity("reply_centres", of="count")
def estimate_reply_centres(evidence: Evidence, *, window: str = WINDOW) -> Interval:
    """Estimate over how many people the median group's replies effectively spread.

    1/Σ(share of replies received)², in groups in which somebody was answered.
    """
    return estimate_median_of(_select_known(evidence, window, "centres"), "centres")


@quantity("owner_answered_most", of="share")
def estimate_owner_answered_most(evidence: Evidence) -> Interval:
    """Estimate the share of groups in which the owner is the one answered most."""
    rows = _select_known(evidence, WINDOW, "owner_top")
    require_sampled(rows)
    return estimate_share_of(rows, rows["owner_top"].astype(bool))


@quantity("top_poster_share", of="share")
def estimate_top_poster_share(evidence: Evidence, *, window: str = WINDOW) -> Interval:
    """Estimate the median over groups of the top poster's share of messages.

    Groups with five posters and a hundred messages in the window.
    """
    rows = _select_known(evidence, window, "top_share")
    lively = rows["posters"].ge(LEAST_POSTERS) & rows["messages"].ge(LEAST_MESSAGES)
    return estimate_median_of(rows[lively], "top_share")


def _select_known(evidence: Evidence, window: str, column: str) -> pd.DataFrame:
    rows = evidence.window(window)
    return rows[rows[column].notna()]


@quantity("owner_absent", of="ratio", unit="stretches of a group's life")
def compare_owner_absent(evidence: Evidence, *, days: int = MONTH_DAYS) -> Interval:
    """Estimate the hazard ratio of members' silence while the owner is silent.

    Exposed is a group from the 28th day of its owner's silence until the owner writes
    again. The owner's messages count neither in the outcome, 60 days without a message
    by another member, nor in the volume of the 28 days before.
    """
    rows = _build_stretches(evidence, days)
    require_arms_of_groups(rows)
    clusters = map_clusters(evidence.groups, rows["group"])
    return estimate_ratio_of_stretches(
        rows, rows[["exposure", "volume"]], clusters.codes
    )


def _build_stretches(evidence: Evidence, silence: int) -> pd.DataFrame:
    """Cut lifetimes at owners' silences and every 28 days."""
    groups = evidence.from_birth.set_index("group")
    offset = evidence.study.manifest.day_offset_us
    born = (groups["origin_us"] + offset) / DAY_US
    table = evidence.table("owner_days")
    table = table[table["group"].isin(groups.index)].sort_values(["group", "day"])
    aged = table.assign(age=table["day"] - table["group"].map(born))
    owner, others = aged[aged["owner"] > 0], aged[aged["others"] > 0]
    later = owner.groupby("group")["age"].shift(-1).fillna(np.inf)
    spells = owner[["group"]].assign(from_age=owner["age"] + silence, to_age=later)
    spells = spells[spells["from_age"] < spells["to_age"]]
    end = (groups["end_us"] - groups["origin_us"]) / DAY_US
    rows = _cut_lives(_end_lives(others, end), spells)
    starts = (rows["start"] + rows["group"].map(born)).to_numpy()
    at = np.floor(starts).astype(int)
    columns = (table[name].to_numpy(np.int64) for name in ("group", "day", "others"))
    which = rows["group"].to_numpy(np.int64)
    before = Sums.of(*columns).between(which, at - MONTH_DAYS, at)
    return rows.assign(volume=np.log1p(before))


def _end_lives(others: pd.DataFrame, end: pd.Series[float]) -> pd.DataFrame:
    """Return lifetimes of members' talk, which ends with the first 60 silent days."""
    until = others["group"].map(end)
    later = others.groupby("group")["age"].shift(-1).fillna(until)
    gaps = others[later - others["age"] >= SILENCE_DAYS]
    last = others.groupby("group")["age"].min() * np.nan
    last.update(gaps.groupby("group")["age"].min())
    watched = (end - SILENCE_DAYS).reindex(last.index)
    died = last.le(watched)
    lives = pd.DataFrame({"duration": last.where(died, watched), "died": died})
    return lives[lives["duration"] > 0].rename_axis("group").reset_index()


def _cut_lives(lives: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Cut lives where spells begin and end, and every 28 days; mark what is exposed."""
    n_steps = np.ceil(lives["duration"].to_numpy() / MONTH_DAYS).astype(int)
    row = np.repeat(np.arange(len(lives)), n_steps)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(n_steps) - n_steps, n_steps)
    grid = pd.DataFrame(
        {"group": lives["group"].to_numpy()[row], "start": nth * float(MONTH_DAYS)}
    )
    edges = [
        spells[["group", side]].set_axis(["group", "start"], axis=1)
        for side in ("from_age", "to_age")
    ]
    cuts = pd.concat([grid, *edges]).drop_duplicates().sort_values(["group", "start"])
    rows = cuts.merge(lives, on="group")
    rows = rows[(rows["start"] >= 0) & (rows["start"] < rows["duration"])]
    later = rows.groupby("group")["start"].shift(-1).fillna(np.inf)
    rows = rows.assign(stop=np.minimum(later, rows["duration"]))
    both = pd.merge_asof(
        rows.astype({"group": "int64"}).sort_values("start", kind="stable"),
        spells.astype({"group": "int64"}).sort_values("from_age", kind="stable"),
        left_on="start", right_on="from_age", by="group",
    )  # fmt: skip
    return both.assign(
        exposure=(both["to_age"] > both["start"]).astype("float64"),
        ended=both["died"] & (both["stop"] == both["duration"]),
    ).sort_values(["group", "start"], ignore_index=True)


@quantity("last_chair_left", of="ratio", unit="departures")
def compare_last_chair_left(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of silence, the last chair left against one of several.

    Silence is months in a row without mail, from the month after next; adjusted for age
    and for messages of the three months before.
    """
    data = _list_chairs_leaving(evidence)
    require_arms_of_groups(data)
    ends = data.groupby(["group", "exposure"])["ended"].any().sum()
    require_events_per_coefficient(int(ends), 3)
    columns = data[["exposure", "age", "log_messages"]]
    return estimate_ratio_of_stretches(data, columns, data["group"])


def _list_chairs_leaving(evidence: Evidence) -> pd.DataFrame:
    """List departures of chairs, with months until the group's mail stopped."""
    rows = evidence.table("silent_months")
    rows = rows[
        (rows["silent"] == SILENT_MONTHS)
        & (rows["since"] == SINCE)
        & (rows["before"] > 0)
    ]
    rows = rows.sort_values(["group", "time_us"], ignore_index=True)
    origin = rows["group"].map(evidence.groups.set_index("group")["origin_us"])
    bare = rows["time_us"].where(rows["others"] == 0)
    next_bare = bare.groupby(rows["group"]).bfill()
    until = (next_bare - rows["time_us"]) / DAY_US / MONTH_OF_YEAR
    cut = (rows["others"] > 0) & (until < rows["months"])
    data = rows.assign(
        exposure=rows["others"].eq(0).astype("float64"),
        age=np.log1p(((rows["time_us"] - origin) / DAY_US).clip(lower=0)),
        log_messages=np.log(rows["before"].astype("float64")),
        start=SINCE - 1.0,
        stop=rows["months"].astype("float64").mask(cut, until),
        ended=rows["ended"].astype(bool) & ~cut,
    )
    watched = data["ended"] | (data["stop"] > SINCE)
    kept: pd.DataFrame = data[watched & (data["stop"] > data["start"])]
    return kept.reset_index(drop=True)


@quantity("lone_lead_silence", of="ratio")
def compare_lone_lead_silence(evidence: Evidence, *, several: int = 2) -> Interval:
    """Estimate the hazard ratio of a list's silence, one lead on day 28 against more.

    The last mail before 60 days without one; closing censors. Adjusted for members.
    """
    facts = evidence.table("facts").pivot_table("value", "group", "fact")
    for fact in ("last_mail_day", "participants_first", "participants_first_day"):
        if fact not in facts:
            raise NotIdentifiableError(f"no fact {fact}", where=evidence.name)
    born = evidence.from_birth.set_index("group")
    facts = facts.reindex(born.index)
    origin = born["origin_us"] / DAY_US
    age, watched = facts["last_mail_day"] - origin, born["end_us"] / DAY_US - origin
    members = facts["participants_first"].where(
        facts["participants_first_day"] <= origin + LANDMARK
    )
    lives = born.assign(
        duration=age.clip(upper=watched - SILENCE_DAYS),
        ended=age <= watched - SILENCE_DAYS,
        size=np.log1p(members),
    )
    return _compare_lone_leads(evidence, lives, several)


@quantity("lone_lead_closing", of="ratio")
def compare_lone_lead_closing(evidence: Evidence, *, several: int = 2) -> Interval:
    """Estimate the hazard ratio of closing, one lead on day 28 against several."""
    born = evidence.from_birth.set_index("group")
    day = born["origin_us"] / DAY_US + LANDMARK
    lives = born.assign(
        duration=(born["end_us"] - born["origin_us"]) / DAY_US,
        ended=born["closed_us"].notna() & ~born["closed_kind"].isin(FULFILLED),
        size=np.log1p(_count_held(evidence.table("spells"), day)),
    )
    return _compare_lone_leads(evidence, lives, several)


def _compare_lone_leads(
    evidence: Evidence, lives: pd.DataFrame, several: int
) -> Interval:
    leads = _count_leads(evidence, lives["origin_us"] / DAY_US + LANDMARK)
    alone = leads.eq(1).astype("float64").where(leads.eq(1) | leads.ge(several))
    data = lives.assign(exposure=alone, entry=LANDMARK).dropna(
        subset=["exposure", "size"]
    )
    data = data[data["duration"] > LANDMARK]
    require_arms(data["exposure"] == 1, data["ended"])
    columns, network = data[["exposure", "size"]], data["network"]
    if 1 < network.nunique() < FEWEST_NETWORKS:  # each is too small alone
        codes = choose_clusters_within(network, data["batch"]).codes
        return estimate_ratio_of_lives(data, columns, codes, network)
    codes = choose_clusters(network, data["batch"]).codes
    return estimate_ratio_of_lives(data, columns, codes)


def _count_leads(evidence: Evidence, day: pd.Series[float]) -> pd.Series[float]:
    """Count the leads of each group on a day, from memberships or counts of holders."""
    if evidence.has("spells"):
        spells = evidence.table("spells")
        return _count_held(spells[spells["role"].isin(LEADS)], day)
    steps = evidence.table("holders")
    steps = steps[steps["role"].isin(LEADS) & (steps["day"] <= steps["group"].map(day))]
    count = steps.groupby("group")["holders"].last().astype("float64")
    return count.reindex(day.index).fillna(0.0)


def _count_held(spells: pd.DataFrame, day: pd.Series[float]) -> pd.Series[float]:
    """Count each group's members on a given day."""
    at = spells["group"].map(day)
    current = spells[(spells["from_day"] <= at) & (spells["to_day"] > at)]
    count = current.groupby("group")["member"].nunique().astype("float64")
    return count.reindex(day.index).fillna(0.0)
