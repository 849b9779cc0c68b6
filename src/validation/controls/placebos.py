"""Placebo estimates from raw public corpora."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from helpers import corpora
from helpers.claims.contract.study_view import Evidence
from helpers.claims.themes.leaders.another_regular import find_nearest_regulars
from helpers.claims.themes.leaders.owner_activity import estimate_silence_hazard_ratio
from helpers.claims.themes.overload.fatigue import estimate_pairs_per_doubling
from helpers.corpora.sources.zh_s1_lounges import ZONE_US, read_lounge_posts
from helpers.measures import portfolios
from helpers.records import DAY_US
from helpers.study import open_study
from helpers.study.publish.build import build_terms
from helpers.study.store.store import write_store
from helpers.study.tables.derive.counted import derive_counted
from helpers.study.tables.derive.derive import derive_tables
from helpers.survival import Interval

LOUNGES, EARLY_DAYS = "zh_s1_lounges", 28
BEFORE = -1  # weeks from what was received to what is counted


def estimate_another_regular(raw: Path) -> Interval:
    """Estimate the hazard ratio of silence while a regular (not the host) is away."""
    study = open_study(LOUNGES)
    days = select_regular_days(
        read_lounge_posts(corpora.get_raw_folder(LOUNGES, raw)), study.table("groups")
    )
    return estimate_silence_hazard_ratio(Evidence.of(study), table=days)


def select_regular_days(posts: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the posting days of the member who posts most like the group's host.

    The host's own messages count as others': they are of another person here.

    Parameters
    ----------
    posts
        ``key, user, op, time_us``; ``op`` where the host wrote.
    groups
        The table of groups.
    """
    listed = groups.set_index("key")
    rows = posts.assign(
        group=posts["key"].astype("str").map(listed["group"]),
        day=(posts["time_us"] + ZONE_US) // DAY_US,
        age=posts["time_us"] - posts["key"].astype("str").map(listed["origin_us"]),
    ).dropna(subset="group")
    early = rows[rows["age"] < EARLY_DAYS * DAY_US]
    host = early[early["op"]].groupby("group").size()
    hosts = rows.loc[rows["op"], ["group", "user"]].drop_duplicates()
    each = early.groupby(["group", "user"]).size().rename("messages").reset_index()
    each = each.merge(hosts, "left", ["group", "user"], indicator="who")
    each = each[each["who"] == "left_only"].dropna(subset="user")
    nearest = find_nearest_regulars(each.rename(columns={"user": "member"}), host)
    regular = rows["group"].map(nearest)
    is_regular = (rows["user"] == regular).to_numpy()
    table = rows.assign(owner=is_regular, others=~is_regular)
    by = table.groupby(["group", "day"], as_index=False)[["owner", "others"]].sum()
    with_regular = by["group"].isin(nearest.index)
    return by[with_regular].astype("int64").assign(prompt=None)


def estimate_received_after(name: str, raw: Path) -> Interval:
    """Estimate messages written per doubling of those received a week later."""
    weeks = portfolios.summarise_member_weeks(_build_member_days(name, raw))
    return estimate_pairs_per_doubling(portfolios.sum_load_differences(weeks, BEFORE))


def _build_member_days(name: str, raw: Path) -> pd.DataFrame:
    """Count messages by member and day from raw files, if no table has them."""
    terms = replace(build_terms(corpora.load_corpus(name)), members=True, further=())
    tally = Counter[str]()
    counted = corpora.count(name, raw, tally)
    if counted is not None:
        return derive_counted(counted, tally, terms).tables["member_days"]
    with TemporaryDirectory() as room:
        store = write_store(corpora.read(name, raw, tally), Path(room) / "store", tally)
        beside = corpora.read_supplements(name, raw)
        whole = replace(store, aside=beside.aside, entered=beside.entered)
        return derive_tables(whole, terms).tables["member_days"]
