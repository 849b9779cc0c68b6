"""Local groups (chapters) of NodeSchool, 2014–2026: rules, commits, chapter list.

Activity is organizers' commits to a chapter's page, not members' talk. A few people
maintain all pages; what they do keeps no chapter alive.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days, to_midnight
from helpers.corpora.shared.registers import (
    build_counted,
    build_facts,
    build_registry_columns,
    build_snapshots,
)
from helpers.records import DAY_US, to_day_us

CHAPTERS, COMMITS = "chapters.csv", "commits.csv.gz"
CHANGES, LINKS = "conduct_changes.csv", "event_links.csv"
LISTING, ENTRIES = "listing.csv", "entries.csv"
END_US = to_day_us(date(2026, 1, 23))  # the last commit is of the day before
EVERYWHERE = 5  # chapters: who commits to so many maintains the movement's pages
FIRST_DAYS = 14
NAMED_COUNTRY = 5  # chapters
COUNTRIES = {
    "INDIA": "IN", "India": "IN", "Thailand": "TH", "CRI": "CR", "Iran": "IR",
    "South Africa": "ZA", "Nigeria": "NG", "Italy": "IT", "Spain": "ES",
    "Indonesia": "ID", "China": "CN",
}  # fmt: skip
LISTED = {"added": "listed", "removed": "taken off the list"}


def count(raw: RawFolder) -> Counted:
    """Build tables of local chapters: rule changes, commits, days publicly listed."""
    chapters, commits, entries = (
        raw.rows(name) for name in (CHAPTERS, COMMITS, ENTRIES)
    )
    everywhere = _list_maintainers(commits)
    own = commits[~commits["author"].isin(everywhere)]
    own = own.assign(day=to_days(own["day"]).astype("int64"))
    groups = _number_chapters(chapters, own, everywhere)
    place = _locate_entries(entries, chapters["chapter"])
    dated = _add_dates(raw, place)
    placed = entries.assign(
        chapter=_locate_chapters(entries, place), day=to_days(entries["day"])
    )
    key = groups.set_index("chapter")["key"]
    own, events, listed = (
        table.assign(key=table["chapter"].map(key)).dropna(subset="key")
        for table in (own, dated, placed)
    )
    return build_counted(
        _build_registry(groups, own),
        {
            "snapshots": _count_work(own),
            "facts": _build_facts(groups, own, listed),
            "events": events.assign(nth=np.arange(len(events))),
        },
        {
            "a chapter that only the movement's maintainers wrote": len(chapters)
            - len(groups),
            "a commit by somebody seen in five chapters or more": len(commits)
            - len(own),
            "an entry, listing or change of what is no group here": len(placed)
            - len(listed) + len(dated) - len(events),
        },
        {
            "chapters": len(groups),
            "commits": len(own),
            "versions of entries": len(listed),
            "dated events": len(events),
        },
    )  # fmt: skip


def _add_dates(raw: RawFolder, place: Mapping[str, str]) -> pd.DataFrame:
    """Return dated rule changes, events and listings by chapter."""
    changes, links, listing = (raw.rows(name) for name in (CHANGES, LINKS, LISTING))
    changed = _list_events(changes["chapter"], changes["day"], "rules changed")
    size = changes["chars_added"] + changes["chars_removed"]
    listed = listing["what"].map(LISTED)
    return pd.concat(
        [
            changed.assign(value=size),
            _list_events(links["chapter"], links["first_seen"], "event announced"),
            _list_events(_locate_chapters(listing, place), listing["day"], listed),
        ],
        ignore_index=True,
    )


def _list_maintainers(commits: pd.DataFrame) -> set[int]:
    """List the people who commit to five or more chapters (maintainers)."""
    reach = commits.groupby("author")["chapter"].nunique()
    return set(reach.index[reach >= EVERYWHERE])


def _number_chapters(
    chapters: pd.DataFrame, own: pd.DataFrame, everywhere: set[int]
) -> pd.DataFrame:
    """Assign numbers to the chapters that have own commits, by first commit."""
    first = chapters["chapter"].map(own.groupby("chapter")["day"].min())
    wrote = chapters["conduct_first_author"]
    maintained = wrote.isin(everywhere).astype("float64").where(wrote.notna())
    groups = chapters.assign(birth=first, maintained=maintained).dropna(subset="birth")
    ordered = groups.sort_values(["birth", "chapter"], ignore_index=True)
    number = pd.Series(range(1, len(ordered) + 1)).astype("str").str.zfill(3)
    return ordered.assign(key="chapter " + number, birth=ordered["birth"].astype(int))


def _locate_entries(entries: pd.DataFrame, chapters: pd.Series[str]) -> dict[str, str]:
    """Map each file of the chapter list to the chapter it is about."""
    named = {name.lower(): name for name in chapters}
    stated = entries["chapter"].astype("str").str.lower().map(named)
    return dict(zip(entries["chapter_file"], stated, strict=True)) | {
        file: named[file.lower()]
        for file in entries["chapter_file"]
        if file.lower() in named
    }


def _locate_chapters(table: pd.DataFrame, place: Mapping[str, str]) -> pd.Series[str]:
    """Return the chapter to which each row belongs, null if none."""
    return table["chapter_file"].map(place)


def _list_events(
    chapter: pd.Series[str], day: pd.Series[str], kind: str | pd.Series[str]
) -> pd.DataFrame:
    at = to_midnight(to_days(day))
    columns = {"chapter": chapter, "time_us": at, "kind": kind, "value": np.nan}
    return pd.DataFrame(columns)


def _build_registry(groups: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    last = groups["chapter"].map(own.groupby("chapter")["day"].max())
    return build_registry_columns(
        groups.assign(
            network=groups["key"],
            kind="chapter",
            origin_us=groups["birth"] * DAY_US,
            end_us=END_US,
            last_us=to_midnight(last),
        )
    )


def _count_work(own: pd.DataFrame) -> pd.DataFrame:
    """Count commits to date, and people who commit each day, by chapter."""
    by = own.groupby(["key", "day"])["author"]
    table = by.agg(active="nunique", commits="size").reset_index()
    posts = table.groupby("key")["commits"].cumsum()
    return build_snapshots(table.assign(posts=posts))


def _build_facts(
    groups: pd.DataFrame, own: pd.DataFrame, entries: pd.DataFrame
) -> pd.DataFrame:
    birth = groups.set_index("key")["birth"]
    early = own[own["day"] - own["key"].map(birth) < FIRST_DAYS]
    by = early.groupby("key")["author"]
    rules, text = (
        to_days(groups[name])
        for name in ("conduct_first_mention", "harassment_text_first")
    )
    listed = entries[entries["day"] - entries["key"].map(birth) < FIRST_DAYS]
    newest = listed.sort_values("day", kind="stable").drop_duplicates(
        "key", keep="last"
    )
    measured: dict[str, str | pd.Series[Any]] = {
        "rules": rules.notna(),
        "rules_day": rules.clip(lower=groups["birth"]),
        "rule_text_day": text.clip(lower=groups["birth"]),
        "rules_inherited": groups["conduct_in_inherited_history"].eq(1),
        "rules_by_maintainers": "maintained",
        "authors_days_0_13": groups["key"].map(by.nunique()),
        "commits_days_0_13": groups["key"].map(by.size()),
        "organizers_day_13": groups["key"].map(newest.set_index("key")["organizers"]),
        "prohibitions_at_end": "prohibitions_now",
    }
    return pd.concat(
        [build_facts(groups, measured), _find_countries(entries)], ignore_index=True
    )


def _find_countries(entries: pd.DataFrame) -> pd.DataFrame:
    """Return the latest stated country of each local chapter."""
    stated = entries.dropna(subset="country").sort_values("day", kind="stable")
    country = stated.drop_duplicates("key", keep="last")["country"].replace(COUNTRIES)
    has_several = country.map(country.value_counts()) >= NAMED_COUNTRY
    fact = "country: " + country.where(has_several, "another")
    key = stated.loc[country.index, "key"]
    return pd.DataFrame({"key": key, "fact": fact, "value": 1.0})


CORPUS = load_description("nodeschool_chapters", count=count)
