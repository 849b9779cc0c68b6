"""Who is who in exports: what groups and people are called, and ids of one person.

Names come straight from the exports: nothing of this is stored.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import category

import pyarrow as pa

from helpers.errors import BrokenFileError
from helpers.formats import recognise_format
from helpers.formats.privacy.pseudonyms import Pseudonyms, load_key
from helpers.formats.reading.outside_lists import (
    PERSONS,
    is_same_number,
    loosen_handle,
    normalise_handle,
    read_number,
    read_table,
)
from helpers.formats.reading.source import Source
from helpers.formats.rows.events import YOU
from helpers.formats.rows.frame import Frame
from helpers.formats.rows.people import NAMED, PEOPLE, to_name_id
from helpers.formats.rows.times import check_times
from helpers.store.discovery import list_exports
from helpers.store.ingest import Terms
from helpers.wording import say


@dataclass(slots=True)
class Names:
    """What groups and people are called in exports, by pseudonym."""

    groups: dict[str, str] = field(default_factory=dict)
    group_ids: dict[str, str] = field(default_factory=dict)  # of all, named or not
    # by group and person; the newest name is the last
    people: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    # the platform's own id, which stands where there is no name
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    hidden: Pseudonyms = field(default_factory=lambda: Pseudonyms(b""))
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
        known = self.people.get((group, person), [])
        # QQ's own ids stand beside names, and 你 beside those of whoever exported
        found = [n for n in known if n != YOU and not n.startswith("u_")] or known
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
    hide = names.hidden.of
    try:
        for batch in check_times(form.read(source), source):
            frame.meet(batch)
            names.group_ids |= {hide("group", group): group for group in batch.groups}
            if batch.kind == "group":
                rows = batch.table.select(["group", "label"]).to_pylist()
                labels = {
                    row["group"]: row["label"] for row in rows if _shows(row["label"])
                }
                names.groups |= {hide("group", g): name for g, name in labels.items()}
            for column in {*PEOPLE} & {*batch.table.schema.names}:
                met |= _list_pairs(batch.table, column)
    finally:
        for group, raw in sorted(met):
            names.add(group, source.people.resolve(group, raw), raw)
        for group in {group for group, _ in met}:
            for name in sorted(source.people.known(group)):
                raw = to_name_id(name)
                names.add(group, source.people.resolve(group, raw), raw)


def _shows(label: str | None) -> bool:
    """Return whether a name has a letter or sign that can be seen."""
    return any(category(sign)[0] not in "CZ" for sign in label or "")


def _list_pairs(table: pa.RecordBatch, column: str) -> set[tuple[str, str]]:
    part = table.select(["group", column]).to_pandas()
    pairs = part.dropna().astype(str).drop_duplicates()
    return set(pairs.itertuples(index=False, name=None))


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
        one_line = say("one person per line: id, id, …")
        raise refuse_list(path, say("joins no ids"), one_line)
    seen: dict[str, int] = {}
    for number, ids in enumerate(people, 1):
        for one in ids:
            if seen.setdefault(one, number) != number:
                raise refuse_list(
                    path,
                    say("{cell!r} belongs to two people", cell=one),
                    say("put all ids of one person on one line"),
                )
    return people


def refuse_list(path: Path, what: str, remedy: str) -> BrokenFileError:
    """Return the error on a list of people that a user brings."""
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
        raise refuse_list(
            path,
            say("no two of these ids are in the exports"),
            say("write ids or names as the exports have them"),
        )
    return same


def join_people(table: pa.Table, same: Mapping[str, str]) -> pa.Table:
    """Replace further ids of a person, also in lists of mentioned people."""
    for name in (*PEOPLE, "mentions"):
        if not same or name not in table.schema.names:
            continue
        old = table[name].to_pylist()
        new = [
            [same.get(one, one) for one in ids]
            if isinstance(ids, list)
            else same.get(ids, ids)
            for ids in old
        ]
        if new != old:
            at = table.schema.get_field_index(name)
            field_ = table.schema.field(at)
            table = table.set_column(at, field_, pa.array(new, field_.type))
    return table
