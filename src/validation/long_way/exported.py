"""Write simulated groups as chat exports, and read these into a store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from helpers.formats import read_export
from helpers.records import Batch, Observability, combine_observability
from helpers.study.store.store import Store, write_store
from validation.export_writers import (
    WRITERS,
    Change,
    Community,
    Person,
    Post,
)
from validation.long_way.story import NOBODY, Story

KEY = "7" * 64
FIRST_GROUP, FIRST_POST = 700_800_000, 1_000_000
FORMS = "字词句段篇章节页"
ORDER = {"join": 0, "post": 1, "leave": 2}  # of what happens in the same second


@dataclass(frozen=True)
class Exported:
    """Stored records of simulated exports, with keys of groups and people.

    Attributes
    ----------
    store
        Where they lie.
    keys, people
        The store's word for each group and person of the story.
    shown
        What all exports show together.
    """

    store: Store
    keys: dict[int, str]
    people: dict[int, str]
    shown: Observability


def communities(story: Story) -> Iterator[tuple[int, Community]]:
    """Yield each simulated group with its messages and events."""
    posts, comings, listed = (
        dict(list(rows.groupby("group")))
        for rows in (_worded(story), story.comings, story.listed)
    )
    for group, owner in story.groups[["group", "owner"]].itertuples(index=False):
        said = posts.get(group, story.posts.iloc[:0])
        came = comings.get(group, story.comings.iloc[:0])
        here = listed.get(group, story.listed.iloc[:0])
        known = pd.concat([said["person"], came["person"], here["person"], came["by"]])
        if owner != NOBODY:
            known = pd.concat([known, pd.Series([owner])])
        people = sorted({int(number) for number in known} - {NOBODY})
        yield (
            int(group),
            Community(
                id=f"{FIRST_GROUP + group}",
                name=f"group {group}",
                people=tuple(
                    Person(_person(person), f"p{person}") for person in people
                ),
                owner=_person(owner) if owner != NOBODY else None,
                members=tuple(_person(number) for number in sorted(here["person"])),
                happenings=_happenings(said, came),
            ),
        )


def _person(number: int) -> str:
    return f"{number + 1}"


def _worded(story: Story) -> pd.DataFrame:
    """Add texts, and who reacted, to simulated posts."""
    posts = story.posts
    told = posts["post"].map(story.texts) if story.texts else _plain(posts)
    reacted = story.reactions.groupby("post")["person"].agg(list)
    return posts.assign(text=told, reacted=posts["post"].map(reacted))


def _plain(posts: pd.DataFrame) -> pd.Series[str]:
    """Return texts of given lengths that bot rules do not exclude."""
    nth = posts.groupby(["group", "person"]).cumcount()
    said = zip(nth, posts["chars"], strict=True)
    texts = [FORMS[int(number) % len(FORMS)] * int(chars) for number, chars in said]
    return pd.Series(texts, posts.index, dtype=object)


def _happenings(said: pd.DataFrame, came: pd.DataFrame) -> tuple[Post | Change, ...]:
    found = [
        (time_us, ORDER[kind], nth, _coming(time_us, kind, person, by))
        for nth, (time_us, kind, person, by) in enumerate(
            came[["time_us", "kind", "person", "by"]].itertuples(index=False)
        )
    ]
    found += [
        (row.time_us, ORDER["post"], row.post, _post(row))
        for row in said.itertuples(index=False)
    ]
    found.sort(key=lambda happening: happening[:3])
    return tuple(happening for *_, happening in found)


def _coming(time_us: int, kind: str, person: int, by: int) -> Change:
    actor = _person(by) if by != NOBODY else None
    subjects = (_person(person),)
    return Change(time_us=int(time_us), kind=kind, actor=actor, subjects=subjects)


def _post(row: Any) -> Post:  # noqa: ANN401 - a row of pandas
    shown = isinstance(row.text, str)
    who = row.reacted if isinstance(row.reacted, list) else []
    return Post(
        id=f"{FIRST_POST + row.post}",
        time_us=int(row.time_us),
        sender=_person(row.person),
        text=row.text if shown else "",
        kind="text" if shown else "image",
        reply_to=f"{FIRST_POST + row.answers}" if row.answers != NOBODY else None,
        reactions=tuple((_person(reactor), "👍") for reactor in who),
    )


def exported(story: Story, folder: Path, form: str) -> Exported:
    """Write all groups as chat exports and read them into a store."""
    key = folder / "key"
    key.write_text(KEY, encoding="ascii")
    batches, tally, shown = [], Counter(), []
    keys: dict[int, str] = {}
    people: dict[int, str] = {}
    facts = story.groups.set_index("group")
    for group, community in communities(story):
        place = folder / community.id
        place.mkdir()
        writer = WRITERS[form]
        reading = read_export(
            writer.write(community, place), key=key, options=writer.options
        )
        found = list(reading)
        keys[group] = _key(found)
        people |= _people(found, community)
        said = _said(facts.loc[group], people)
        batches += [told(batch, said) for batch in found]
        tally[community.id] = _messages(found)
        shown.append(reading.observability)
    store = write_store(batches, folder / "store", tally)
    return Exported(store, keys, people, combine_observability(shown))


def _said(facts: pd.Series[object], people: dict[int, str]) -> dict[str, object]:
    """Return the facts about a group that the source states, such as its owner."""
    said = {"network": facts["network"]}
    if facts["owner"] != NOBODY:
        said["owner"] = people[facts["owner"]]
    counts = {"created_us": facts["created_us"], "member_count": facts["members"]}
    return said | {name: int(n) for name, n in counts.items() if pd.notna(n)}


def _messages(found: list[Batch]) -> int:
    return sum(batch.table.num_rows for batch in found if batch.kind == "message")


def _key(found: list[Batch]) -> str:
    (one,) = {
        key
        for batch in found
        if batch.kind in {"message", "event", "group"}
        for key in batch.table["group"].to_pylist()
    }
    return one


def _people(found: list[Batch], community: Community) -> dict[int, str]:
    """Return the pseudonym of each person in a group."""
    senders = _column(found, "message", "sender", {"text", "image"})
    wrote = [int(post.sender) - 1 for post in community.posts]
    subjects = _column(found, "event", "subject", {"join", "leave", "kick"})
    came = [int(change.subjects[0]) - 1 for change in community.changes]
    return dict(zip(wrote + came, senders + subjects, strict=True))


def _column(found: list[Batch], of: str, name: str, kinds: set[str]) -> list[str]:
    """Return a column of stored records of some kinds."""
    return [
        value
        for batch in found
        if batch.kind == of
        for value, kind in zip(
            batch.table[name].to_pylist(), batch.table["kind"].to_pylist(), strict=True
        )
        if kind in kinds
    ]


def told(batch: Batch, said: dict[str, object]) -> Batch:
    """Add the facts that a source states to a group's record."""
    table = batch.table
    if batch.kind != "group":
        return batch
    for name, value in said.items():
        at = table.schema.get_field_index(name)
        type_ = table.schema.field(at).type
        values = pa.array([value] * table.num_rows)
        if pa.types.is_dictionary(type_):
            values = values.dictionary_encode()
        values = values.cast(type_)
        table = table.set_column(at, name, values)
    return Batch("group", table)
