"""Lists of members from outside the exports, matched with people in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from helpers.formats.reading.outside_lists import GROUPS, JOINED, PARTS, read_table
from helpers.formats.rows.days import parse_day, spell_year_first
from helpers.own_groups.group_facts import parse_cell
from helpers.records import to_day_us
from helpers.store.people import Names, refuse_list
from helpers.wording import say

FEW = 3  # listed members of a group: of fewer, all may well be silent
Writers = Collection[tuple[str, str]]  # group and person


def read_member_list(path: Path) -> pd.DataFrame:
    """Read a list of members: ``handle, joined, group, handles``, by row number.

    It is a CSV with handles, ids or telephone numbers and, if known, join days and
    groups; of several columns of handles each may be the one of the exports.
    """
    table = read_table(path)
    bare = table.find_bare_handles()
    handles = table.find_handles() or bare
    joined, groups = (next(iter(table.find(names)), None) for names in (JOINED, GROUPS))
    days = spell_year_first(
        row[joined] for _, row in table.rows if joined is not None and joined < len(row)
    )
    members, others = {}, 0
    for number, row in table.rows:
        if not table.is_member(row):
            others += 1
            continue
        cells = dict(enumerate(row))
        whole = table.join_names(row)
        own = [at for at in handles if not whole or table.header[at] not in PARTS]
        named = dict.fromkeys(filter(None, [*whole, *(cells.get(at) for at in own)]))
        named = named or dict.fromkeys(filter(None, (cells.get(at) for at in bare)))
        since = cells.get(joined, "") if joined is not None else ""
        if named:
            since = days.get(since, since)[:10]
            day = parse_cell(path, number, JOINED[0], since, parse_day)
            group = cells.get(groups) if groups is not None else None
            members[number] = (next(iter(named)), day, group or None, tuple(named))
    if not members:
        raise refuse_list(path, say("names no member"), say("one handle per row"))
    columns = ["handle", "joined", "group", "handles"]
    frame = pd.DataFrame(members.values(), [*members], columns, dtype=object)
    frame.attrs["others"] = others  # rows of bots, and of who is no member any more
    return frame


def place_members(
    members: pd.DataFrame, names: Names, keys: Sequence[str], path: Path, zone: str
) -> pd.DataFrame:
    """Return the rows of a member list: ``group, person, joined_us, handle``.

    A handle that no export names is a member who was never seen.
    """
    by_name = {name: key for key, name in names.groups.items() if key in keys}
    rows = []
    for number, handle, day, group, handles in members.itertuples():
        key = group or (keys[0] if len(keys) == 1 else "")
        key = by_name.get(key, key)
        if key not in keys:
            raise refuse_list(
                path,
                say("row {row} names none of these groups", row=number)
                if group
                else say("does not say which of {n:,} groups it is of", n=len(keys)),
                say("write the group's name, or its key, in a column group"),
            )
        found = [sorted(names.find_people(one, key)) for one in handles]
        if len({one for people in found for one in people[:1]}) > 1:
            raise refuse_list(
                path,
                say("row {row}: its columns name different people", row=number),
                say("keep the column that is as the exports have it"),
            )
        seen = next((people[0] for people in found if people), None)
        person = seen or names.hidden.of("person", handle)
        known = names.people.setdefault((key, person), [])
        if handle not in known:
            known.insert(0, handle)
        rows.append((key, person, day and to_day_us(day, ZoneInfo(zone)), handle))
    table = pd.DataFrame(rows, columns=["group", "person", "joined_us", "handle"])
    return table.drop_duplicates(["group", "person"]).reset_index(drop=True)


def check_overlap(table: pd.DataFrame, writers: Writers, path: Path) -> None:
    """Raise if no listed member wrote although people in the group did.

    It is another group's list then, or spelled otherwise. `table` is as `place_members`
    returns it; `writers` are who wrote messages that count.
    """
    for group, listed in table.groupby("group")["person"]:
        wrote = {person for own, person in writers if own == group}
        if wrote and len(listed) >= FEW and wrote.isdisjoint(listed):
            raise refuse_list(
                path,
                say(
                    "none of the {n} members on this list wrote, but {others} people"
                    " who are not on it did",
                    n=len(listed),
                    others=len(wrote),
                ),
                say(
                    "check that it is the list of this group, with names, ids or"
                    " numbers as the export has them"
                ),
            )


def describe_overlap(table: pd.DataFrame, writers: Writers) -> str:
    """Describe how many on a list of members wrote, and how many more did."""
    listed = set(zip(table["group"], table["person"], strict=True))
    wrote = {pair for pair in writers if pair[0] in set(table["group"])}
    return say(
        "list of members: {wrote:,} of {n:,} wrote; {others:,} who wrote are not on it",
        wrote=len(listed & wrote),
        n=len(listed),
        others=len(wrote - listed),
    )


def describe_others(members: pd.DataFrame) -> str:
    """Describe how many rows of a list of members are those of no member."""
    return say(
        "rows of the list that are bots, or no members any more by their status: {n:,}",
        n=members.attrs["others"],
    )


def read_members(path: str | Path) -> pd.DataFrame:
    r"""Read a list of members as a data frame: ``handle, joined, group``.

    Parameters
    ----------
    path
        CSV with a column ``handle`` (``昵称``, ``name`` …) and, if known, ``joined``
        (``入群时间``) and ``group`` (``群``); or a text file with a handle per line.

    Raises
    ------
    ShequnError
        If the file can't be read; the row is named.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "members.csv"
    >>> _ = file.write_text("昵称,入群时间\n小雨,2024/5/3\n阿明,\n", "utf-8")
    >>> read_members(file)["joined"].notna().tolist()
    [True, False]
    """
    frame = read_member_list(Path(path)).reset_index(drop=True).drop(columns="handles")
    return frame.assign(joined=pd.to_datetime(frame["joined"]))
