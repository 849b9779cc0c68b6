"""Local groups (chapters) of NodeSchool, 2014–2026: rules, commits, organisers.

Activity is organizers' commits to a chapter's page, not members' talk. A few people
maintain all pages; what they do keeps no chapter alive.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from helpers.files import read_description
from helpers.records import DAY_US
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import build_facts, build_registry

CHAPTERS, COMMITS, ENTRIES = "chapters.csv", "commits.csv.gz", "entries.csv"
END = date(2026, 1, 23)  # the last commit is of the day before
EVERYWHERE = 5  # chapters: who commits to so many maintains the movement's pages
FIRST_DAYS = 14
NAMED_COUNTRY = 5  # chapters
COUNTRIES = read_description("nodeschool_chapters")["reading"]


def count(raw: RawFolder) -> Counted:
    """Build tables of local chapters: registry, rules and early commits."""
    chapters, commits, entries = (
        raw.rows(name) for name in (CHAPTERS, COMMITS, ENTRIES)
    )
    reach = commits.groupby("author")["chapter"].nunique()
    own = commits[~commits["author"].isin(reach.index[reach >= EVERYWHERE])]
    own = own.assign(day=to_days(own["day"]).astype("int64"))
    groups = _number_chapters(chapters, own)
    place = _locate_entries(entries, chapters["chapter"])
    placed = entries.assign(
        chapter=entries["chapter_file"].map(place), day=to_days(entries["day"])
    )
    key = groups.set_index("chapter")["key"]
    own, listed = (
        table.assign(key=table["chapter"].map(key)).dropna(subset="key")
        for table in (own, placed)
    )
    return Counted(
        _build_registry(groups, own),
        {"facts": _build_facts(groups, own, listed)},
        {
            "a chapter that only the movement's maintainers wrote": len(chapters)
            - len(groups),
            "a commit by somebody seen in five chapters or more": len(commits)
            - len(own),
            "an entry of what is no group here": len(placed) - len(listed),
        },
        {
            "chapters": len(groups),
            "commits": len(own),
            "versions of entries": len(listed),
        },
    )


def _number_chapters(chapters: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Assign numbers to the chapters that have own commits, by first commit."""
    first = chapters["chapter"].map(own.groupby("chapter")["day"].min())
    groups = chapters.assign(birth=first).dropna(subset="birth")
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


def _build_registry(groups: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    last = groups["chapter"].map(own.groupby("chapter")["day"].max())
    return build_registry(
        groups,
        network=groups["key"],
        kind="chapter",
        origin_us=groups["birth"] * DAY_US,
        end_us=END,
        last_us=to_midnight(last),
    )


def _build_facts(
    groups: pd.DataFrame, own: pd.DataFrame, entries: pd.DataFrame
) -> pd.DataFrame:
    birth = groups.set_index("key")["birth"]
    early = own[own["day"] - own["key"].map(birth) < FIRST_DAYS]
    by = early.groupby("key")["author"]
    rules = to_days(groups["conduct_first_mention"])
    listed = entries[entries["day"] - entries["key"].map(birth) < FIRST_DAYS]
    newest = listed.sort_values("day", kind="stable").drop_duplicates(
        "key", keep="last"
    )
    measured: dict[str, str | pd.Series[Any]] = {
        "rules": rules.notna(),
        "rules_day": rules.clip(lower=groups["birth"]),
        "authors_days_0_13": groups["key"].map(by.nunique()),
        "commits_days_0_13": groups["key"].map(by.size()),
        "organizers_day_13": groups["key"].map(newest.set_index("key")["organizers"]),
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
