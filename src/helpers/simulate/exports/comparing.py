"""What a community's export should tell, and what a reader heard, in one shape."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from helpers.formats.people import NAMED, People
from helpers.records import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from helpers.records import Batch
    from helpers.simulate.exports import Change, Community, Post, Trait

__all__ = ["Told", "heard", "told"]

_CHANGES = {"join": "joins", "leave": "leaves", "kick": "kicks", "rename": "renames"}
_NO_MESSAGES = frozenset({"system", "notice", "edit"})


@dataclass(slots=True)
class Told:
    """Multisets of what was told; people by name, messages by time and sender.

    Attributes
    ----------
    messages
        (time, sender, text), and for carried kinds the kind.
    replies
        (time, sender, time and sender of the message replied to).
    changes
        (time, kind, actor, subject, value), one for each person concerned.
    reactions, reads
        (time and sender of the message, person, emoji or nothing).
    members
        Names on the roster.
    """

    messages: Counter[Any] = field(default_factory=Counter)
    replies: Counter[Any] = field(default_factory=Counter)
    changes: Counter[Any] = field(default_factory=Counter)
    reactions: Counter[Any] = field(default_factory=Counter)
    reads: Counter[Any] = field(default_factory=Counter)
    members: set[str] = field(default_factory=set)


def told(
    community: Community, carries: Collection[Trait], unit_us: int = SECOND_US
) -> Told:
    """Return what an export that carries `carries` tells, times cut to `unit_us`."""
    names, result = community.names, Told()
    posts = {post.id: post for post in community.posts}
    if "roster" in carries:
        result.members = {names[one] for one in community.members}
    for post in posts.values():
        _tell(post, posts, names, carries, unit_us, result)
    for change in community.changes:
        if _CHANGES[change.kind] in carries:
            result.changes += _changed(change, names, carries, unit_us)
    return result


def _tell(
    post: Post,
    posts: dict[str, Post],
    names: dict[str, str],
    carries: Collection[Trait],
    unit_us: int,
    result: Told,
) -> None:
    place = post.time_us // unit_us, names[post.sender]
    if post.kind == "recalled":
        if "recalls" in carries:
            result.messages[(*place, None, "recalled")] += 1
        return
    text = post.text if post.kind == "text" else None
    carried = post.kind == "red_packet" and "red_packets" in carries
    result.messages[(*place, text, "red_packet" if carried else None)] += 1
    if post.reply_to and "replies" in carries:
        target = posts[post.reply_to]
        result.replies[*place, target.time_us // unit_us, names[target.sender]] += 1
    if "reactions" in carries:
        result.reactions.update((*place, names[who], e) for who, e in post.reactions)
    if "reads" in carries:
        result.reads.update((*place, names[who]) for who in post.readers)


def _changed(
    change: Change, names: dict[str, str], carries: Collection[Trait], unit_us: int
) -> Counter[Any]:
    actor = names.get(change.actor or "")
    if change.kind == "join" and "inviters" not in carries:
        actor = None
    time = change.time_us // unit_us
    return Counter(
        (time, change.kind, actor, names.get(one or ""), change.value)
        for one in change.subjects or (None,)
    )


def heard(
    batches: Iterable[Batch],
    people: People,
    community: Community,
    carries: Collection[Trait],
    unit_us: int = SECOND_US,
) -> Told:
    """Return what a reader's own records tell, before they are pseudonymised.

    Parameters
    ----------
    people
        The names that the reader met.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    for batch in batches:
        rows.setdefault(batch.kind, []).extend(batch.table.to_pylist())
    for row in (row for kind in rows.values() for row in kind):
        for key in ("sender", "person", "actor", "subject"):
            if row.get(key) is not None:
                person = people.resolve(row["group"], row[key])
                row[key] = community.names.get(person, person.removeprefix(NAMED))
    return _gather(rows, carries, unit_us)


def _gather(
    rows: dict[str, list[dict[str, Any]]], carries: Collection[Trait], unit_us: int
) -> Told:
    result, places = Told(), dict[str, tuple[int, str]]()
    for row in rows.get("message", []):
        if row["kind"] not in _NO_MESSAGES:
            place = row["time_us"] // unit_us, row["sender"]
            places.setdefault(row["id"], place)
            if row["kind"] != "recalled" or "recalls" in carries:
                result.messages[*place, _text(row), _kind(row, carries)] += 1
            if row["reply_to"] and "replies" in carries:
                result.replies[*place, *places[row["reply_to"]]] += 1
    for row in rows.get("event", []):
        if _CHANGES.get(row["kind"]) in carries:
            result.changes[_change(row, carries, unit_us)] += 1
    for row in rows.get("reaction", []):
        if row["person"] and "reactions" in carries:
            result.reactions[*places[row["message"]], row["person"], row["kind"]] += 1
    for row in rows.get("read", []):
        if row["person"] and "reads" in carries:
            result.reads[*places[row["message"]], row["person"]] += 1
    if "roster" in carries:
        result.members = {row["person"] for row in rows.get("membership", [])}
    return result


def _text(row: dict[str, Any]) -> str | None:
    return row["text"] if row["kind"] in {"text", "reply"} else None


def _kind(row: dict[str, Any], carries: Collection[Trait]) -> str | None:
    if row["kind"] == "red_packet" and "red_packets" in carries:
        return "red_packet"
    return "recalled" if row["kind"] == "recalled" else None


def _change(
    row: dict[str, Any], carries: Collection[Trait], unit_us: int
) -> tuple[Any, ...]:
    joined = row["kind"] == "join"
    actor = row["actor"] if not joined or "inviters" in carries else None
    value = row["value"] if row["kind"] == "rename" else None
    return row["time_us"] // unit_us, row["kind"], actor, row["subject"], value
