"""Names of people, lists of members, and several ids of one person.

Names come straight from the exports and go to the owner's own page alone: nothing of
this is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from helpers.errors import BrokenFileError
from helpers.formats import recognise_format
from helpers.formats.privacy.pseudonyms import Pseudonyms, load_key
from helpers.formats.reading.outside_lists import (
    GROUPS,
    JOINED,
    PERSONS,
    is_same_number,
    loosen_handle,
    normalise_handle,
    read_number,
    read_table,
)
from helpers.formats.reading.source import Source
from helpers.formats.rows.days import parse_day
from helpers.formats.rows.frame import Frame
from helpers.formats.rows.people import NAMED, PEOPLE, to_name_id
from helpers.formats.rows.times import check_times
from helpers.measures.cleaning import find_written
from helpers.own_groups.group_facts import parse_cell
from helpers.records import to_day_us
from helpers.study.store.discovery import list_exports
from helpers.study.store.ingest import Terms
from helpers.wording import say

FEW = 3  # listed members of a group: of fewer, all may well be silent


@dataclass(slots=True)
class Names:
    """What groups and people are called in exports, by pseudonym."""

    groups: dict[str, str] = field(default_factory=dict)
    # by group and person; the newest name is the last
    people: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    # the platform's own id, which stands where there is no name
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    hidden: Pseudonyms = field(default_factory=lambda: Pseudonyms(b""))
    wrote: set[tuple[str, str]] = field(default_factory=set)  # group and person
    # who bears a name or a number, as they are compared; made when first asked
    _bearers: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    _loosely: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    _numbers: dict[str, set[tuple[str, str]]] = field(default_factory=dict)

    def add(self, group: str, person: str, raw: str) -> None:
        """Note a person of a group by raw ids, and the name used for an id."""
        key = self.hidden.of("group", group), self.hidden.of("person", person)
        known = self.people.setdefault(key, [])
        if not person.startswith(NAMED):
            self.ids[key] = person
        name = raw.removeprefix(NAMED)
        if raw.startswith(NAMED) and name not in known:
            known.append(name)

    def name_person(self, group: str, person: str) -> str:
        """Return what a person is called in a group, or a short code."""
        found = self.people.get((group, person))
        return found[-1] if found else self.ids.get((group, person), person[:8])

    def find_people(self, handle: str, group: str | None = None) -> set[str]:
        """Return the pseudonyms of who has an id or a name, in one group or in all."""
        given = {
            self.hidden.of("person", handle),
            self.hidden.of("person", to_name_id(handle)),
        }
        pairs = [key for key in self.people if group in {None, key[0]}]
        there = {person for _, person in pairs}
        if found := given & there:
            return found
        if found := {key[1] for key in pairs if handle in self.people[key]}:
            return found
        return {key[1] for key in self._find_alike(handle) if group in {None, key[0]}}

    def _find_alike(self, handle: str) -> set[tuple[str, str]]:
        """Return who has a handle but for marks, or a number but for its country."""
        if not self._bearers:
            for key, names in self.people.items():
                for name in filter(None, (*names, self.ids.get(key))):
                    self._bearers.setdefault(normalise_handle(name), set()).add(key)
                    self._loosely.setdefault(loosen_handle(name), set()).add(key)
                    if number := read_number(name):
                        self._numbers.setdefault(number, set()).add(key)
        if found := self._bearers.get(normalise_handle(handle)):
            return found
        wanted = read_number(handle)
        same = [one for one in self._numbers if wanted and is_same_number(one, wanted)]
        if same or not (loose := loosen_handle(handle)):
            return {key for one in same for key in self._numbers[one]}
        found = self._loosely.get(loose, set())  # but for a remark or a flower
        return found if len(found) == len({group for group, _ in found}) else set()


def read_names(paths: Iterable[Path], terms: Terms) -> Names:
    """Read from exports what groups and people are called; skip damaged files."""
    names = Names(hidden=Pseudonyms(load_key(terms.key)))
    for path in list_exports(paths, terms.options).exports:
        with suppress(BrokenFileError, OSError):  # the run has said so already
            _add_names(Source(path, terms.options), terms, names)
    return names


def _add_names(source: Source, terms: Terms, names: Names) -> None:
    form = recognise_format(source)
    frame, met = Frame(form, terms.options.include), set[tuple[str, str]]()
    wrote = set[tuple[str, str]]()
    hide = names.hidden.of
    try:
        for batch in check_times(form.read(source), source):
            frame.meet(batch)
            if batch.kind == "group":
                rows = batch.table.select(["group", "label"]).to_pylist()
                labels = {row["group"]: row["label"] for row in rows if row["label"]}
                names.groups |= {hide("group", g): name for g, name in labels.items()}
            for column in {*PEOPLE} & {*batch.table.schema.names}:
                met |= _list_pairs(batch.table, column)
            if batch.kind == "message":
                said = batch.table.filter(find_written(batch.table))
                wrote |= _list_pairs(said, "sender")
    finally:
        for group, raw in sorted(met):
            names.add(group, source.people.resolve(group, raw), raw)
        for group in {group for group, _ in met}:
            for name in sorted(source.people.known(group)):
                raw = to_name_id(name)
                names.add(group, source.people.resolve(group, raw), raw)
        names.wrote |= {
            (hide("group", group), hide("person", source.people.resolve(group, raw)))
            for group, raw in wrote
        }


def _list_pairs(table: pa.RecordBatch, column: str) -> set[tuple[str, str]]:
    part = table.select(["group", column]).to_pandas()
    pairs = part.dropna().astype(str).drop_duplicates()
    return set(pairs.itertuples(index=False, name=None))


def read_member_list(path: Path) -> pd.DataFrame:
    """Read a list of members: ``handle, joined, group, handles``, by row number.

    It is a CSV with handles, ids or telephone numbers and, if known, join days and
    groups; of several columns of handles each may be the one of the exports.
    """
    table = read_table(path)
    bare = table.find_bare_handles()
    handles = table.find_handles() or bare
    joined, groups = (next(iter(table.find(names)), None) for names in (JOINED, GROUPS))
    members = {}
    for number, row in table.rows:
        cells = dict(enumerate(row))
        named = dict.fromkeys(filter(None, (cells.get(at) for at in handles)))
        named = named or dict.fromkeys(filter(None, (cells.get(at) for at in bare)))
        since = cells.get(joined, "") if joined is not None else ""
        if named:
            day = parse_cell(path, number, JOINED[0], since[:10], parse_day)
            group = cells.get(groups) if groups is not None else None
            members[number] = (next(iter(named)), day, group or None, tuple(named))
    if not members:
        raise _refuse(path, say("names no member"), say("one handle per row"))
    columns = ["handle", "joined", "group", "handles"]
    return pd.DataFrame(members.values(), [*members], columns, dtype=object)


def read_same_people(path: Path) -> list[tuple[str, ...]]:
    """Read which ids are one person: a line each with all ids of that person.

    A header ``person,id`` with a row per id does as well.
    """
    table = read_table(path)
    rows = [row for _, row in table.rows]
    person, *_ = [*table.find(PERSONS), None]
    handles = [at for at in table.find_handles() if at != person]
    if person is not None and len(handles) == 1:
        by_person: dict[str, list[str]] = {}
        for row in rows:
            if len(row) > max(person, handles[0]) and row[handles[0]]:
                by_person.setdefault(row[person], []).append(row[handles[0]])
        people = [tuple(ids) for ids in by_person.values()]
    else:
        people = [tuple(filter(None, row)) for row in rows]
    people = [tuple(dict.fromkeys(ids)) for ids in people]
    people = [ids for ids in people if len(ids) > 1]
    if not people:
        raise _refuse(path, say("joins no ids"), say("one person per line: id, id, …"))
    seen: dict[str, int] = {}
    for number, ids in enumerate(people, 1):
        for one in ids:
            if seen.setdefault(one, number) != number:
                raise _refuse(
                    path,
                    say("{cell!r} belongs to two people", cell=one),
                    say("put all ids of one person on one line"),
                )
    return people


def _refuse(path: Path, what: str, remedy: str) -> BrokenFileError:
    return BrokenFileError(what, where=str(path), remedy=remedy)


def join_same_people(
    people: Iterable[tuple[str, ...]], names: Names, path: Path
) -> dict[str, str]:
    """Map pseudonyms of a person's further ids to the one used for all."""
    same: dict[str, str] = {}
    for ids in people:
        found: list[str] = []
        for one in ids:
            who = sorted(names.find_people(one))
            if len(who) > 1:
                who = [w for w in who if w not in found]
            found += [person for person in who if person not in found]
        same |= dict.fromkeys(found[1:], next(iter(found), ""))
    if not same:
        raise _refuse(
            path,
            say("no two of these ids are in the exports"),
            say("write ids or names as the exports have them"),
        )
    return same


def place_members(
    members: pd.DataFrame,
    names: Names,
    keys: Sequence[str],
    path: Path,
    zone: str,
) -> pd.DataFrame:
    """Return the rows of a member list: ``group, person, joined_us, handle``.

    A handle that no export names is a member who was never seen.

    Raises
    ------
    BrokenFileError
        If a row names no group of these or two people, or if nobody on the list wrote
        although others did: it is another group's then, or spelled otherwise.
    """
    by_name = {name: key for key, name in names.groups.items() if key in keys}
    rows = []
    for number, handle, day, group, handles in members.itertuples():
        key = group or (keys[0] if len(keys) == 1 else "")
        key = by_name.get(key, key)
        if key not in keys:
            raise _refuse(
                path,
                say("row {row} names none of these groups", row=number),
                say("write the group's name, or its key, in a column group"),
            )
        found = [sorted(names.find_people(one, key)) for one in handles]
        if len({one for people in found for one in people[:1]}) > 1:
            raise _refuse(
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
    table = table.drop_duplicates(["group", "person"]).reset_index(drop=True)
    _check_overlap(table, names, path)
    return table


def _check_overlap(table: pd.DataFrame, names: Names, path: Path) -> None:
    """Raise if no listed member wrote although people in the group did."""
    for group, listed in table.groupby("group")["person"]:
        wrote = {person for own, person in names.wrote if own == group}
        if wrote and len(listed) >= FEW and wrote.isdisjoint(listed):
            raise _refuse(
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


def describe_overlap(table: pd.DataFrame, names: Names) -> str:
    """Describe how many on a list of members are in the exports, and who is not on it.

    Parameters
    ----------
    table
        As `place_members` returns it.
    """
    listed = set(zip(table["group"], table["person"], strict=True))
    wrote = {pair for pair in names.wrote if pair[0] in set(table["group"])}
    return say(
        "list of members: {wrote:,} of {n:,} wrote; {others:,} who wrote are not on it",
        wrote=len(listed & wrote),
        n=len(listed),
        others=len(wrote - listed),
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
