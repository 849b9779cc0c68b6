"""Names by person, used to identify and mask people.

Readers say whom they meet; system lines speak of people by name only. A name is
resolved at the very end, when all names are known: to the one person of the group who
bore it, else it stays a person of its own, ``name:…``.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NAMED = "name:"
# columns that hold people, and ids of messages
PEOPLE = ("sender", "person", "inviter", "actor", "subject", "owner")
IDS = ("id", "reply_to", "message")
SOMEBODY = "[name]"  # in place of a name, as `helpers.text.redact` writes it


def to_name_id(name: str) -> str:
    """Build an id from the name of a person who has no other id.

    >>> to_name_id("Ann")
    'name:Ann'
    """
    return NAMED + name


class People:
    """Names and ids of the people met while reading one export.

    >>> people = People()
    >>> people.met("g", "u1", "Ann")
    >>> people.met("g", "u2", "Bob")
    >>> people.resolve("g", to_name_id("Ann")), people.resolve("g", to_name_id("Eve"))
    ('u1', 'name:Eve')
    >>> people.met("g", "u3", "Bob")  # a second Bob: undecidable
    >>> people.resolve("g", to_name_id("Bob"))
    'name:Bob'
    """

    def __init__(self) -> None:
        self._bearers: dict[str, dict[str, set[str]]] = {}
        self._later: dict[tuple[str, str], str] = {}
        self.names: set[str] = set()

    def met(self, group: str, person: str, *names: str | None) -> None:
        """Record the names a person has in a group; empty ones are skipped."""
        bearers = self._bearers.setdefault(group, {})
        for name in filter(None, names):
            bearers.setdefault(name, set()).add(person)
            self.names.add(name)

    def met_columns(
        self, group: str, persons: pa.DictionaryArray, names: pa.DictionaryArray
    ) -> None:
        """Record the names of people from two columns; nulls are skipped.

        >>> people = People()
        >>> ids, names = pa.array(["u1", "u1"]), pa.array(["Ann", None])
        >>> people.met_columns("g", ids.dictionary_encode(), names.dictionary_encode())
        >>> people.resolve("g", "name:Ann")
        'u1'
        """
        is_named = pc.and_(pc.is_valid(persons), pc.is_valid(names))
        who, name_codes = (
            column.indices.filter(is_named).to_numpy().astype(np.int64)
            for column in (persons, names)
        )
        n_names = len(names.dictionary)
        person, name = np.divmod(np.unique(who * n_names + name_codes), max(n_names, 1))
        ids, labels = persons.dictionary.to_pylist(), names.dictionary.to_pylist()
        for first, other in zip(person.tolist(), name.tolist(), strict=True):
            self.met(group, ids[first], labels[other])

    def renamed(self, group: str, before: str, after: str) -> None:
        """Record that a person changed from one name or number to another.

        >>> people = People()
        >>> people.renamed("g", to_name_id("+1"), to_name_id("+2"))
        >>> people.resolve("g", to_name_id("+1"))
        'name:+2'
        """
        if before != after:
            self._later.pop((group, after), None)  # it is in use again
            self._later[group, before] = after

    def mentioned(self, *names: str) -> None:
        """Record names without an id, such as mentions, so that texts are masked."""
        self.names.update(names)

    def known(self, group: str) -> Collection[str]:
        """Return the recorded names of members of a group."""
        return self._bearers.get(group, {}).keys()

    def resolve(self, group: str, person: str) -> str:
        """Return the id of the only member with a name, or else an id of the name."""
        if not person.startswith(NAMED):
            return person
        for _ in self._later:  # from number to number, as often as it changed
            person = self._later.get((group, person), person)
        name = person.removeprefix(NAMED)
        bearers = self._bearers.get(group, {}).get(name, set())
        return next(iter(bearers)) if len(bearers) == 1 else person
