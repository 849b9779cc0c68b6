"""Compare a simulated group with the records that a reader returns."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from helpers.formats.rows.people import NAMED, People
from helpers.records import SECOND_US, Batch
from pipeline.validation.export_writers.community import Community, Trait

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
    names, told = community.names, Told()
    places = {p.id: (p.time_us // unit_us, names[p.sender]) for p in community.posts}
    for post in community.posts:
        place = places[post.id]
        if post.kind != "recalled" or "recalls" in carries:
            text = post.text if post.kind == "text" else None
            told.messages[*place, text, _get_kind(post.kind, carries)] += 1
        if post.reply_to:
            told.replies[*place, *places[post.reply_to]] += 1
        told.reactions.update((*place, names[who], e) for who, e in post.reactions)
        told.reads.update((*place, names[who]) for who in post.readers)
    for change in community.changes:
        if _CHANGES[change.kind] in carries:
            hides = change.kind == "join" and "inviters" not in carries
            actor = None if hides else names.get(change.actor or "")
            when = change.time_us // unit_us, change.kind, actor
            told.changes.update(
                (*when, names.get(subject or ""), change.value)
                for subject in change.subjects or (None,)
            )
    told.members = {names[member] for member in community.members}
    return _leave_out(told, carries)


def _leave_out(told: Told, carries: Collection[Trait]) -> Told:
    """Leave out what an export does not carry."""
    for part in ("replies", "reactions", "reads"):
        if part not in carries:
            setattr(told, part, Counter())
    if "roster" not in carries:
        told.members = set()
    return told


def _get_kind(kind: str, carries: Collection[Trait]) -> str | None:
    if kind == "red_packet" and "red_packets" in carries:
        return kind
    return kind if kind == "recalled" else None


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
                bare = people.resolve(row["group"], row[key]).removeprefix(NAMED)
                own = community.names.get(bare.lstrip("userU"), bare)
                row[key] = community.names.get(bare) or own
    told, at = Told(), dict[str, Place]()
    posts = [r for r in rows.get("message", []) if r["kind"] not in _NO_MESSAGES]
    for row in posts:
        at.setdefault(row["id"], (row["time_us"] // unit_us, row["sender"]))
    _record_messages(posts, at, carries, unit_us, told)
    told.changes.update(
        _build_change(row, carries, unit_us)
        for row in rows.get("event", [])
        if _CHANGES.get(row["kind"]) in carries
    )
    named = {k: [r for r in part if r.get("person")] for k, part in rows.items()}
    if "reactions" in carries:
        told.reactions.update(
            (*at[r["message"]], r["person"], r["kind"])
            for r in named.get("reaction", [])
        )
    if "reads" in carries:
        told.reads.update(
            (*at[r["message"]], r["person"]) for r in named.get("read", [])
        )
    told.members = {row["person"] for row in named.get("membership", [])}
    return _leave_out(told, carries)


def _record_messages(
    posts: list[Row], at: dict[str, Place], carries: Collection[Trait], unit_us: int,
    told: Told,
) -> None:  # fmt: skip
    for row in posts:
        place = row["time_us"] // unit_us, row["sender"]
        if row["kind"] != "recalled" or "recalls" in carries:
            text = row["text"] if row["kind"] in {"text", "reply"} else None
            told.messages[*place, text, _get_kind(row["kind"], carries)] += 1
        if row["reply_to"] and "replies" in carries:
            told.replies[*place, *at[row["reply_to"]]] += 1


def _build_change(
    row: Row, carries: Collection[Trait], unit_us: int
) -> tuple[Any, ...]:
    hides = row["kind"] == "join" and "inviters" not in carries
    value = row["value"] if row["kind"] == "rename" else None
    actor = None if hides else row["actor"]
    return row["time_us"] // unit_us, row["kind"], actor, row["subject"], value
