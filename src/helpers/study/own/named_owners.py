"""Owners that `groups.csv` names: hashed like senders, and looked for among them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.errors import BrokenFileError
from helpers.formats.privacy.pseudonyms import Pseudonyms, load_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from helpers.measures.engine import Engine
    from helpers.study.own.group_facts import GroupFacts
    from helpers.study.store.store import Store


def with_owners_hidden(
    facts: Mapping[str, GroupFacts], key: Path | None
) -> dict[str, GroupFacts]:
    """Put the pseudonym of each owner in the place of the id or name."""
    hidden = Pseudonyms(load_key(key))
    return {
        group: replace(one, owner=one.owner and hidden.of("person", one.owner))
        for group, one in facts.items()
    }


def check_owners(run: Engine, store: Store, facts: Mapping[str, GroupFacts]) -> None:
    """Look for every owner among those who wrote in, or are listed in, the group.

    Raises
    ------
    BrokenFileError
        Naming the row of the first who is not there.
    """
    named = {group: one for group, one in facts.items() if one.owner}
    if not named:
        return
    there = _people(run, store, "message", "sender")
    there |= _people(run, store, "membership", "person")
    for group, one in named.items():
        if (group, one.owner) not in there:
            raise BrokenFileError(
                f"row {one.row}, column owner: nobody in group {group} goes by this",
                where="groups.csv",
                remedy="allowed: the id of a sender as the export has it, or the name"
                " where it has names only; an empty cell means not known",
            )


def _people(run: Engine, store: Store, kind: str, who: str) -> set[tuple[str, str]]:
    parts = store.files.get(kind, ())
    if not parts:
        return set()
    pairs = run.scan(*parts).select("group", person=who).unique()
    found = run.fetch(pairs, "group", "person").dropna().astype("str")
    return set(zip(found["group"], found["person"], strict=True))
