"""Raku's chat channels, 2005–2026: lines counted by nickname and day.

Nicks that turned into each other are one person, but for shared ones, such as
``guest``, which would chain thousands of nicks into one. A channel is observed while it
was logged: until nothing at all was logged in it for half a year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import pandas as pd

from helpers.records import DAY_US, MINUTE_US
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days

NICKS, RENAMES = "daily_nicks.csv.gz", "renames.csv.gz"
RENAMED = {"perl6": "raku", "perl6-dev": "raku-dev"}
HOLE_DAYS = 180
Became = dict[str | None, int]
COUNTED = ["messages", "chars", "joins", "leaves"]
MOST_PARTNERS = 8


def find_hubs(pairs: pd.DataFrame) -> set[str]:
    """Find nicknames that users changed to or from more than eight other ones."""
    both = pd.concat([pairs, pairs.set_axis(["new", "old"], axis=1)])
    apart = both[both["old"] != both["new"]].drop_duplicates(["old", "new"])
    partners = apart["old"].value_counts()
    return set(partners.index[partners > MOST_PARTNERS])


def merge_nicks(
    nicks: Iterable[str], pairs: pd.DataFrame, cut: Collection[str]
) -> dict[str, str]:
    """Map each nickname to the first nickname of the same person."""
    parent = {nick: nick for nick in nicks}
    order = {nick: place for place, nick in enumerate(parent)}

    def root(nick: str) -> str:
        while parent[nick] != nick:
            parent[nick] = nick = parent[parent[nick]]
        return nick

    for old, new in pairs.drop_duplicates().itertuples(index=False):
        if old in parent and new in parent and old not in cut and new not in cut:
            first, second = sorted((root(old), root(new)), key=order.__getitem__)
            parent[second] = first
    return {nick: root(nick) for nick in parent}


def count(raw: RawFolder) -> Counted:
    """Build tables of IRC channels: daily counts, members who join and leave."""
    lines = pd.read_csv(raw.path / NICKS, engine="pyarrow")
    lines["key"] = lines["channel"].replace(RENAMED)
    lines["day"] = to_days(lines["date"]).astype("int64")
    renames = pd.read_csv(raw.path / RENAMES, engine="pyarrow")
    until = find_observation_end(lines)
    late = lines["day"] >= lines["key"].map(until)
    bot = lines["bot"] == 1
    messages = lines["messages"]
    became: Became = {
        None: int(messages[~bot & ~late].sum()),
        "bot": int(messages[bot & ~late].sum()),
        "after half a year without a line in the log": int(messages[late].sum()),
    }
    person, entered = _identify_people(
        lines[~bot], renames, set(lines.loc[bot, "nick"]), became
    )
    days = _count_person_days(lines[~bot & ~late], person)
    raw.tally[NICKS], raw.tally[RENAMES] = int(messages.sum()), len(renames)
    return Counted(_build_groups(lines, until), {}, became, entered, days)


def find_observation_end(lines: pd.DataFrame) -> pd.Series[int]:
    """Find the day after each channel's last line before a long gap in the record."""
    days = lines[["key", "day"]].drop_duplicates().sort_values(["key", "day"])
    ahead = days.groupby("key")["day"].shift(-1)
    last = days[~(ahead - days["day"] < HOLE_DAYS)]
    return last.groupby("key")["day"].min() + 1


def _identify_people(
    lines: pd.DataFrame, renames: pd.DataFrame, bots: set[str], became: Became
) -> tuple[dict[str, int], dict[str, int]]:
    """Assign numbers to the people behind nicknames; count nickname changes."""
    pairs = renames[["old", "new"]]
    cut = find_hubs(pairs) | bots
    first = lines.sort_values(["day", "channel", "first_min"], kind="stable")["nick"]
    chief = merge_nicks(first.drop_duplicates(), pairs, cut)
    number = {nick: place for place, nick in enumerate(dict.fromkeys(chief.values()))}
    aside = pairs["old"].isin(cut) | pairs["new"].isin(cut)
    became["rename from or to a bot or a nick that many shared"] = int(aside.sum())
    entered = {"renames that join nicks to people": int((~aside).sum())}
    return {nick: number[chief_nick] for nick, chief_nick in chief.items()}, entered


def _count_person_days(lines: pd.DataFrame, person: dict[str, int]) -> pd.DataFrame:
    ends = lines[["first_min", "last_min"]]
    start = lines["day"] * DAY_US
    timed = lines.assign(
        person=lines["nick"].map(person),
        first_us=start + ends.min(axis=1) * MINUTE_US,
        last_us=start + ends.max(axis=1) * MINUTE_US,
    )
    by = timed.groupby(["key", "person", "day"], as_index=False)
    how = dict.fromkeys(COUNTED, "sum") | {"first_us": "min", "last_us": "max"}
    return by.agg(how)


def _build_groups(lines: pd.DataFrame, until: pd.Series[int]) -> pd.DataFrame:
    first = lines.groupby("key")["day"].min()
    return pd.DataFrame(
        {
            "key": until.index,
            "label": "#" + until.index,
            "network": "raku",
            "kind": "channel",
            "created_us": np.nan,
            "seen_us": first.to_numpy() * DAY_US,
            "closed_us": np.nan,
            "closed_kind": None,
            "end_us": until.to_numpy() * DAY_US,
            "member_count": np.nan,
        }
    )
