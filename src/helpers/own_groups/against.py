"""A user's groups against the Group Life Tables: ranges over public sources."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import isfinite

import pandas as pd

from helpers.claims.evidence import Evidence
from helpers.claims.quantity import get_quantity
from helpers.life_tables import LifeTables, load_life_tables
from helpers.own_groups.cards import Card
from helpers.own_groups.sentences import Text, format_percent
from helpers.study import Study
from helpers.survival.interval import Interval

KIND = "chat"
LEAST_RISK = 20  # groups observed to an age, from which a share is given
TELLING = "silent for good"
LEVEL, HALF = 0.95, 0.5
SPOKE, WHOLE = "ever spoke", "all"


@cache
def _load() -> LifeTables:
    return load_life_tables()


def describe_by_age(card: Card) -> Text | None:
    """Describe how many public chat groups had fallen silent by a group's age."""
    rows = _select_silent()
    ages = sorted(rows["age_days"].unique())
    reached = [age for age in ages if age <= card.age_days]
    if not reached:
        return None
    age = reached[-1]
    low, high, n = _find_range(rows[rows["age_days"].eq(age)])
    return Text(
        f"By day {age}, {low}–{high} of 100 chat groups in {n} public communities were"
        " silent for good.",
        f"到第 {age} 天，{n} 处公开社群的聊天群，100 个里有 {low}–{high} 个"
        "已不再出声。",
    )


def describe_by_writers(card: Card, k: int) -> Text | None:
    """Describe what became of public groups with as many writers at this age."""
    if card.people_28 is None or card.people_28 < max(k, 1):
        return None
    rows = _load().writers
    rows = rows[rows["kind"].eq(KIND) & rows["talking"].notna()]
    rows = rows[
        rows["writers_from"].le(card.people_28)
        & rows["writers_to"].fillna(10**6).ge(card.people_28)
        & rows["age_from"].le(card.age_days)
        & rows["age_to"].fillna(10**6).ge(int(card.age_days))
    ]
    if rows.empty:
        return None
    first = rows.iloc[0]
    low, high = (
        round(100 * float(v)) for v in (rows["talking"].min(), rows["talking"].max())
    )
    start = int(first["writers_from"])
    to = first["writers_to"]
    band = f"{start}+" if pd.isna(to) else f"{start}–{int(to)}"
    range_ = f"{low}" if low == high else f"{low}–{high}"
    groups = int(rows["groups"].sum())
    return Text(
        f"Of 100 groups of this age with {band} writers in four weeks, {range_} still"
        f" talked three to five months later ({groups:,} public chat groups).",
        f"这个年纪、四周里有 {band} 人说话的群，100 个里有 {range_} 个三到五个月后"
        f"还有人说话（{groups:,} 个公开聊天群）。",
    )


def _select_silent() -> pd.DataFrame:
    rows = _load().groups
    return rows[
        rows["kind"].eq(KIND)
        & rows["reading"].eq(TELLING)
        & rows["population"].eq(SPOKE)
        & rows["part"].eq(WHOLE)
        & rows["share"].notna()
    ]


def _find_range(rows: pd.DataFrame) -> tuple[int, int, int]:
    ends = (rows["share"].min(), rows["share"].max())
    low, high = (round(100 * float(share)) for share in ends)
    return low, high, rows["source"].nunique()


def compare_lives(study: Study) -> pd.DataFrame:
    """Compare a study's groups with the life tables, at the ages of these.

    Returns
    -------
    DataFrame
        ``age_days, share, low, high`` of own groups that ever spoke, ``at_risk`` (own
        groups observed to that age), and ``public_low, public_high, places``: the range
        over public communities of chat groups. Ages at which fewer than 20 own groups
        are observed are left out.
    """
    from helpers.library.lifetimes import silence  # noqa: PLC0415 - slow

    lives, rows, found = silence(study), _select_silent(), []
    for age in sorted(rows["age_days"].unique().tolist()):
        there = rows[rows["age_days"].eq(age)]
        watched = int((lives.durations >= age).sum())
        if watched < LEAST_RISK:
            continue
        own = measure_silent(study, age)
        low, high, places = _find_range(there)
        found.append(
            {
                "age_days": age,
                "share": own.estimate,
                "low": own.low,
                "high": own.high,
                "at_risk": watched,
                "public_low": low / 100,
                "public_high": high / 100,
                "places": places,
            }
        )
    return pd.DataFrame(found).round(3)


def measure_silent(study: Study, day: int) -> Interval:
    """Return the share of a study's groups silent for good by an age, as for claims.

    Where nobody fell silent yet, or all did, the open limit is that of so many groups
    counted.
    """
    found = get_quantity("silent_by_day").estimate(
        Evidence.of(study), day=day, spoke=True
    )
    if isfinite(found.low) and isfinite(found.high):
        return found
    reach = 1 - (1 - LEVEL) ** (1 / max(found.n, 1))
    low, high = (0.0, reach) if found.estimate < HALF else (1 - reach, 1.0)
    return replace(found, low=low, high=high)


def describe_comparison(rows: pd.DataFrame) -> Text | None:
    """Compare own and public groups at the greatest age that both cover."""
    if rows.empty:
        return None
    row = rows.iloc[-1]
    age = int(row["age_days"])
    share, low, high = (format_percent(row[name]) for name in ("share", "low", "high"))
    public = f"{format_percent(row['public_low'])}–{format_percent(row['public_high'])}"
    places = int(row["places"])
    return Text(
        f"By day {age}, {share} ({low}–{high}) of these groups were silent for good; in"
        f" {places} public communities of chat groups {public}.",
        f"到第 {age} 天，这些群有 {share}（{low}–{high}）已不再出声；"
        f"{places} 处公开的聊天社群里是 {public}。",
    )
