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

from helpers.errors import BrokenFileError
from helpers.formats import recognise_format
from helpers.formats.privacy.pseudonyms import Pseudonyms, load_key
from helpers.formats.reading.source import Source
from helpers.formats.rows.frame import Frame
from helpers.formats.rows.people import NAMED, PEOPLE, to_name_id
from helpers.formats.rows.times import check_times
from helpers.own_groups.group_facts import parse_cell, parse_day, read_csv_lines
from helpers.records import to_day_us
from helpers.study.store.discovery import list_exports
from helpers.study.store.ingest import Terms
from helpers.wording import say

HANDLES = ("handle", "member", "name", "id", "昵称", "成员", "账号", "微信号", "qq")
JOINED = ("joined", "join_day", "joined_at", "入群时间", "入群日期", "入群")
GROUPS = ("group", "群", "群名", "key")
PERSONS = ("person", "人", "姓名")


@dataclass(slots=True)
class Names:
    """What groups and people are called in exports, by pseudonym."""

    groups: dict[str, str] = field(default_factory=dict)
    # by group and person; the newest name is the last
    people: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    # the platform's own id, which stands where there is no name
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    hidden: Pseudonyms = field(default_factory=lambda: Pseudonyms(b""))

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
        return {key[1] for key in pairs if handle in self.people[key]}


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
    hide = names.hidden.of
    try:
        for batch in check_times(form.read(source), source):
            frame.meet(batch)
            if batch.kind == "group":
                rows = batch.table.select(["group", "label"]).to_pylist()
                labels = {row["group"]: row["label"] for row in rows if row["label"]}
                names.groups |= {hide("group", g): name for g, name in labels.items()}
            for column in {*PEOPLE} & {*batch.table.schema.names}:
                part = batch.table.select(["group", column]).to_pandas()
                pairs = part.dropna().astype(str).drop_duplicates()
                met |= set(pairs.itertuples(index=False, name=None))
    finally:
        for group, raw in sorted(met):
            names.add(group, source.people.resolve(group, raw), raw)
        for group in {group for group, _ in met}:
            for name in sorted(source.people.known(group)):
                raw = to_name_id(name)
                names.add(group, source.people.resolve(group, raw), raw)


def read_member_list(path: Path) -> pd.DataFrame:
    """Read a list of members: ``handle, joined, group`` by the number of their row.

    It is a CSV with handles and, if known, join days and groups; without a header every
    line is a handle.
    """
    header, rows = _read_table(path)
    places = [
        next((n for n, name in enumerate(header) if name in names), None)
        for names in (HANDLES, JOINED, GROUPS)
    ]
    is_headed = places[0] is not None
    if not is_headed:
        places = [0, None, None]
    members = {}
    for number, row in enumerate(rows[is_headed:], 1 + is_headed):
        cells = [cell.strip().removeprefix("'") for cell in row]
        who, since, group = (
            cells[place] if place is not None and len(cells) > place else ""
            for place in places
        )
        if who:
            day = parse_cell(path, number, JOINED[0], since[:10], parse_day)
            members[number] = (who, day, group or None)
    if not members:
        raise _refuse(path, say("names no member"), say("one handle per row"))
    columns = ["handle", "joined", "group"]
    return pd.DataFrame(members.values(), [*members], columns, dtype=object)


def read_same_people(path: Path) -> list[tuple[str, ...]]:
    """Read which ids are one person: a line each with all ids of that person.

    A header ``person,id`` with a row per id does as well.
    """
    header, rows = _read_table(path)
    if len(header) > 1 and header[0] in PERSONS and header[1] in HANDLES:
        by_person: dict[str, list[str]] = {}
        for row in rows[1:]:
            if len(row) > 1 and row[1].strip():
                by_person.setdefault(row[0].strip(), []).append(row[1].strip())
        people = [tuple(ids) for ids in by_person.values()]
    else:
        people = [tuple(filter(None, map(str.strip, row))) for row in rows]
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


def _read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the first row in lower case, and all rows with any text."""
    text, _, lines = read_csv_lines(path, say("check its name"))
    rows = [row for row in lines if any(map(str.strip, row))]
    if "\0" in text or not rows:
        raise _refuse(
            path,
            say("is empty, or no text file"),
            say("open it in a spreadsheet and save it as CSV UTF-8"),
        )
    return [cell.strip().lower() for cell in rows[0]], rows


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
    """
    by_name = {name: key for key, name in names.groups.items() if key in keys}
    rows = []
    for number, handle, day, group in members.itertuples():
        key = group or (keys[0] if len(keys) == 1 else "")
        key = by_name.get(key, key)
        if key not in keys:
            raise _refuse(
                path,
                say("row {row} names none of these groups", row=number),
                say("write the group's name, or its key, in a column group"),
            )
        found = sorted(names.find_people(handle, key))
        person = found[0] if found else names.hidden.of("person", handle)
        known = names.people.setdefault((key, person), [])
        if handle not in known:
            known.insert(0, handle)
        rows.append((key, person, day and to_day_us(day, ZoneInfo(zone)), handle))
    table = pd.DataFrame(rows, columns=["group", "person", "joined_us", "handle"])
    return table.drop_duplicates(["group", "person"]).reset_index(drop=True)


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
    frame = read_member_list(Path(path)).reset_index(drop=True)
    return frame.assign(joined=pd.to_datetime(frame["joined"]))
