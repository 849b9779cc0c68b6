"""Compare a simulated group with the records that a reader returns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from helpers.formats.rows.people import NAMED, People
from helpers.records import SECOND_US, Batch
from pipeline.validation.export_writers.community import Change, Community, Post, Trait

Row = dict[str, Any]
Place = tuple[int, str]

_CHANGES = {"join": "joins", "leave": "leaves", "kick": "kicks", "rename": "renames"}
_NO_MESSAGES = frozenset({"system", "notice", "edit"})


@dataclass(slots=True)
class Told:
    """Records of an exported group as counts, to compare without message ids."""

    messages: Counter[Any] = field(default_factory=Counter)
    replies: Counter[Any] = field(default_factory=Counter)
    changes: Counter[Any] = field(default_factory=Counter)
    reactions: Counter[Any] = field(default_factory=Counter)
    reads: Counter[Any] = field(default_factory=Counter)
    members: set[str] = field(default_factory=set)


def collect_reported(
    community: Community, carries: Collection[Trait], unit_us: int = SECOND_US
) -> Told:
    """Return the records that an export of a simulated group should contain."""
    names, result = community.names, Told()
    places = {
        post.id: (post.time_us // unit_us, names[post.sender])
        for post in community.posts
    }
    if "roster" in carries:
        result.members = {names[member] for member in community.members}
    for post in community.posts:
        _show_progress(post, names, places, carries, result)
    for change in community.changes:
        if _CHANGES[change.kind] in carries:
            result.changes += _count_changes(change, names, carries, unit_us)
    return result


def _show_progress(
    post: Post,
    names: dict[str, str],
    places: dict[str, Place],
    carries: Collection[Trait],
    result: Told,
) -> None:
    place = places[post.id]
    if post.kind != "recalled" or "recalls" in carries:
        text = post.text if post.kind == "text" else None
        result.messages[*place, text, _get_kind(post.kind, carries)] += 1
    if post.reply_to and "replies" in carries:
        result.replies[*place, *places[post.reply_to]] += 1
    if "reactions" in carries:
        result.reactions.update((*place, names[who], e) for who, e in post.reactions)
    if "reads" in carries:
        result.reads.update((*place, names[who]) for who in post.readers)


def _count_changes(
    change: Change, names: dict[str, str], carries: Collection[Trait], unit_us: int
) -> Counter[Any]:
    actor = names.get(change.actor or "")
    if change.kind == "join" and "inviters" not in carries:
        actor = None
    time = change.time_us // unit_us
    return Counter(
        (time, change.kind, actor, names.get(subject or ""), change.value)
        for subject in change.subjects or (None,)
    )


def collect_records(
    batches: Iterable[Batch],
    people: People,
    community: Community,
    carries: Collection[Trait],
    unit_us: int = SECOND_US,
) -> Told:
    """Collect the records that a format's reader yields, before pseudonymisation."""
    rows: dict[str, list[Row]] = {}
    for batch in batches:
        rows.setdefault(batch.kind, []).extend(batch.table.to_pylist())
    for row in (row for kind in rows.values() for row in kind):
        for key in ("sender", "person", "actor", "subject"):
            if row.get(key) is not None:
                person = people.resolve(row["group"], row[key])
                row[key] = _format_name(person, community)
    return _gather_results(rows, carries, unit_us)


def _format_name(person: str, community: Community) -> str:
    """Return a member's name from the id that a reader gives."""
    bare = person.removeprefix(NAMED)
    number = bare.lstrip("userU")
    return community.names.get(bare) or community.names.get(number, bare)


def _gather_results(
    rows: dict[str, list[Row]], carries: Collection[Trait], unit_us: int
) -> Told:
    result = Told()
    posts = [r for r in rows.get("message", []) if r["kind"] not in _NO_MESSAGES]
    places = [(row["time_us"] // unit_us, row["sender"]) for row in posts]
    at: dict[str, Place] = {}
    for row, place in zip(posts, places, strict=True):
        at.setdefault(row["id"], place)
    for row, place in zip(posts, places, strict=True):
        _record_message(row, place, at, carries, result)
    result.changes += Counter(
        _build_change(row, carries, unit_us)
        for row in rows.get("event", [])
        if _CHANGES.get(row["kind"]) in carries
    )
    _record_others(rows, at, carries, result)
    return result


def _record_message(
    row: Row, place: Place, at: dict[str, Place], carries: Collection[Trait], to: Told
) -> None:
    if row["kind"] != "recalled" or "recalls" in carries:
        to.messages[*place, _get_text(row), _get_kind(row["kind"], carries)] += 1
    if row["reply_to"] and "replies" in carries:
        to.replies[*place, *at[row["reply_to"]]] += 1


def _record_others(
    rows: dict[str, list[Row]],
    at: dict[str, Place],
    carries: Collection[Trait],
    to: Told,
) -> None:
    named = {k: [r for r in part if r.get("person")] for k, part in rows.items()}
    if "reactions" in carries:
        reactions = named.get("reaction", [])
        to.reactions.update(
            (*at[r["message"]], r["person"], r["kind"]) for r in reactions
        )
    if "reads" in carries:
        to.reads.update((*at[r["message"]], r["person"]) for r in named.get("read", []))
    if "roster" in carries:
        to.members = {row["person"] for row in named.get("membership", [])}


def _get_text(row: Row) -> str | None:
    return row["text"] if row["kind"] in {"text", "reply"} else None


def _get_kind(kind: str, carries: Collection[Trait]) -> str | None:
    if kind == "red_packet" and "red_packets" in carries:
        return kind
    return kind if kind == "recalled" else None


def _build_change(
    row: Row, carries: Collection[Trait], unit_us: int
) -> tuple[Any, ...]:
    joined = row["kind"] == "join"
    actor = row["actor"] if not joined or "inviters" in carries else None
    value = row["value"] if row["kind"] == "rename" else None
    return row["time_us"] // unit_us, row["kind"], actor, row["subject"], value
