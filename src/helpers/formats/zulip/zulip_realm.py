"""Read Zulip's realm export, which also records which messages each user read.

The audit log dates every subscription; `flags_mask` tells whether a message was read by
each who received it. People idle for long have no such rows, and an export with consent
lacks those of whoever did not consent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import msgspec

from helpers.formats.json.json_stream import decode_blocks
from helpers.formats.reading.source import LEAST, Head, Source
from helpers.formats.rows.clock import from_epoch
from helpers.formats.rows.columns import build_batch, build_messages, classify_markdown
from helpers.records import Batch, from_rows

T = TypeVar("T")
_NAMES = (
    "zerver_userprofile", "zerver_userprofile_crossrealm", "zerver_stream",
    "zerver_recipient", "zerver_subscription", "zerver_realmauditlog",
    "zerver_reaction", "zerver_message", "zerver_usermessage",
)  # fmt: skip


class _User(msgspec.Struct):
    id: int
    full_name: str = ""
    is_bot: bool = False
    long_term_idle: bool = False
    role: int | None = None


class _Stream(msgspec.Struct):
    id: int
    name: str = ""
    date_created: float | None = None
    creator: int | None = None
    deactivated: bool = False
    invite_only: bool = False


class _Recipient(msgspec.Struct, gc=False):
    id: int
    type: int
    type_id: int


class _Subscription(msgspec.Struct, gc=False):
    user_profile: int
    recipient: int
    active: bool = True


class _Audit(msgspec.Struct, gc=False):
    event_type: int | str
    event_time: float
    modified_user: int | None = None
    modified_stream: int | None = None
    acting_user: int | None = None


class _Reaction(msgspec.Struct, gc=False):
    user_profile: int
    message: int
    emoji_name: str = ""


class _Message(msgspec.Struct, gc=False):
    id: int
    sender: int
    recipient: int
    subject: str | None = None
    content: str | None = None
    date_sent: float | str | None = None
    pub_date: float | None = None


class _Receipt(msgspec.Struct, gc=False):
    user_profile: int
    message: int
    flags_mask: int = 0


class _Tables:
    """The tables of one Zulip export file, each read in a pass of its own."""

    def __init__(self, source: Source, name: str) -> None:
        self.source, self.name = source, name

    def rows(
        self, table: str, of: type[T]
    ) -> Iterator[tuple[Sequence[T], Sequence[int]]]:
        """Yield the rows of a Zulip table in blocks, with their positions."""
        decoder = msgspec.json.Decoder(list[of])  # type: ignore[valid-type]
        optional = table != "zerver_message"  # not every export has every table
        for block in decode_blocks(
            self.source, self.name, decoder, table, others=_NAMES, optional=optional
        ):
            yield block.values, block.positions


NAME = "Zulip realm export"
OBSERVES = replace(
    LEAST, members_source="roster", joins_observed=True, leaves_observed=True,
    reads_observed="person", reactions_observed=True, replies="mention",
    births="creation", owner_known=True, roles_known=True, never_active_listed=True,
    resolution="microsecond",
)  # fmt: skip
REALM = "realm.json"
READ = 1  # the lowest bit of flags_mask
STREAM = 2  # a recipient's type
JOINED, REJOINED, LEFT = 301, 302, 303  # subscription created, activated, deactivated
_ROLES = {100: "owner", 200: "admin", 300: "moderator", 400: "member", 600: "guest"}
_MESSAGES = re.compile(r"(?:^|/)messages-\d+\.json$")
_MENTION = re.compile(r"@_?\*\*([^*|]+)(?:\|(\d+))?\*\*")


@dataclass(slots=True)
class _Realm:
    """Users, streams and groups that Zulip messages refer to."""

    users: dict[int, _User] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # to ids
    streams: dict[int, _Stream] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)  # by recipient
    reacted: dict[int, str | None] = field(default_factory=dict)  # message to group

    def meet(self, source: Source, people: Iterable[tuple[str, int]]) -> None:
        """Note what users are called who wrote in a group or are its members."""
        for group, who in set(people):
            if who in self.users:
                source.people.met(group, str(who), self.users[who].full_name)


def has_signature(head: Head) -> bool:
    """Detect a Zulip realm export by its files."""
    return head.has(REALM) and any(_MESSAGES.search(name) for name in head.names)


_UPLOADS = re.compile(r"(?:^|/)(?:uploads|avatars|emoji|realm_icons)/")
_OWN_FILES = frozenset(
    {
        REALM, "attachment.json", "analytics.json", "migration_status.json",
        "records.json",
    }
)  # fmt: skip


def list_parts(head: Head) -> set[str]:
    """List the files that belong to a Zulip realm's export, by their names."""
    return {
        name
        for name in head.names
        if name.rpartition("/")[2] in _OWN_FILES
        or _UPLOADS.search(name)
        or _MESSAGES.search(name)
    }


def read(source: Source) -> Iterator[Batch]:
    """Yield records of Zulip streams, members, messages, reads and reactions."""
    own = (name for name in source.names if ("/" + name).endswith("/" + REALM))
    name = next(own, source.name)
    tables = _Tables(source, name)
    realm = _read_realm(source, tables)
    yield from_rows("group", [_group(s, name) for s in realm.streams.values()])
    yield from _read_subscriptions(tables, realm)
    yield from _read_audit_log(tables)
    for part in filter(_MESSAGES.search, source.names):
        with source.carry_on():
            yield from _read_part(source, part, realm)
    yield from _read_reactions(tables, realm)


def _read_realm(source: Source, tables: _Tables) -> _Realm:
    realm = _Realm()
    for array in ("zerver_userprofile", "zerver_userprofile_crossrealm"):
        for users, _ in tables.rows(array, _User):
            realm.users |= {user.id: user for user in users}
            realm.names |= {user.full_name: str(user.id) for user in users}
    for streams, _ in tables.rows("zerver_stream", _Stream):
        realm.streams |= {stream.id: stream for stream in streams}
    for recipients, _ in tables.rows("zerver_recipient", _Recipient):
        realm.groups |= {
            r.id: str(r.type_id) if r.type == STREAM else f"direct:{r.id}"
            for r in recipients
        }
    for reactions, _ in tables.rows("zerver_reaction", _Reaction):
        realm.reacted |= dict.fromkeys(reaction.message for reaction in reactions)
    source.people.mentioned(*(user.full_name for user in realm.users.values()))
    if idle := sum(user.long_term_idle for user in realm.users.values()):
        source.losses.noted("long idle: no reads kept", tables.name, 0, idle)
    return realm


def _read_subscriptions(tables: _Tables, realm: _Realm) -> Iterator[Batch]:
    for values, positions in tables.rows("zerver_subscription", _Subscription):
        listed = (v for v in values if v.active and v.recipient in realm.groups)
        realm.meet(
            tables.source, ((realm.groups[v.recipient], v.user_profile) for v in listed)
        )
        rows = [
            {
                "group": realm.groups[value.recipient],
                "person": str(value.user_profile),
                "bot": _is_bot(realm, value.user_profile),
                "role": _classify_role(realm, value.user_profile),
                "file": tables.name, "position": position, "rule": "zulip.subscription",
            }
            for value, position in zip(values, positions, strict=True)
            if value.active and value.recipient in realm.groups
        ]  # fmt: skip
        yield from_rows("membership", rows)


def _read_audit_log(tables: _Tables) -> Iterator[Batch]:
    for values, positions in tables.rows("zerver_realmauditlog", _Audit):
        times = from_epoch([value.event_time for value in values]).to_pylist()
        rows = [
            {
                "group": str(value.modified_stream),
                "time_us": time, "file": tables.name,
                "position": position, "rule": f"zulip.audit-{value.event_type}",
                **_classify_change(value),
            }
            for value, position, time in zip(values, positions, times, strict=True)
            if value.modified_stream is not None and _classify_change(value)
        ]  # fmt: skip
        yield from_rows("event", rows)


def _classify_change(entry: _Audit) -> dict[str, Any]:
    """Return who joined or left a Zulip stream, and who added or removed them."""
    kinds = {JOINED: "join", REJOINED: "join", LEFT: "leave"}
    kind = kinds.get(int(entry.event_type) if str(entry.event_type).isdecimal() else 0)
    if kind is None or entry.modified_user is None:
        return {}
    other = entry.acting_user not in {None, entry.modified_user}
    if other and kind == "leave":
        kind = "kick"
    actor = str(entry.acting_user) if other else None
    return {"kind": kind, "subject": str(entry.modified_user), "actor": actor}


def _read_part(source: Source, name: str, realm: _Realm) -> Iterator[Batch]:
    """Yield the Zulip messages of a file, then who read them."""
    groups: dict[int, str] = {}
    tables = _Tables(source, name)
    for values, positions in tables.rows("zerver_message", _Message):
        own = [realm.groups.get(m.recipient, "unknown") for m in values]
        for group, message in zip(own, values, strict=True):
            groups[message.id] = group
            if message.id in realm.reacted:
                realm.reacted[message.id] = group
        for group, subject in {
            (group, m.subject) for group, m in zip(own, values, strict=True)
        }:
            source.losses.read_threads(group, filter(None, [subject]), name)
        realm.meet(source, zip(own, (m.sender for m in values), strict=True))
        if values:
            yield _read_messages(name, realm, values, positions, own)
    for receipts, positions in tables.rows("zerver_usermessage", _Receipt):
        read = [at for at, receipt in enumerate(receipts) if receipt.flags_mask & READ]
        yield build_batch(
            "read",
            len(read),
            group=[groups.get(receipts[at].message) for at in read],
            message=[str(receipts[at].message) for at in read],
            person=[str(receipts[at].user_profile) for at in read],
            file=name,
            position=[positions[at] for at in read],
            rule="zulip.flags-read",
        )


def _read_messages(
    name: str,
    realm: _Realm,
    values: Sequence[_Message],
    positions: Sequence[int],
    groups: list[str],
) -> Batch:
    bots = [_is_bot(realm, m.sender) for m in values]
    return build_messages(
        file=name,
        position=positions,
        group=groups,
        id=[str(m.id) for m in values],
        time_us=from_epoch([m.date_sent or m.pub_date for m in values]),
        sender=[str(m.sender) for m in values],
        kind=[classify_markdown(m.content) for m in values],
        bot=bots,
        text=[m.content for m in values],
        topic=[m.subject for m in values],
        mentions=[_list_mentions(realm, m.content) for m in values],
    )


def _list_mentions(realm: _Realm, content: str | None) -> list[str] | None:
    if not content or "**" not in content:
        return None
    mentions = _MENTION.findall(content)
    return [
        who or realm.names[n] for n, who in mentions if who or n in realm.names
    ] or None


def _read_reactions(tables: _Tables, realm: _Realm) -> Iterator[Batch]:
    for values, positions in tables.rows("zerver_reaction", _Reaction):
        rows = [
            {
                "group": realm.reacted[value.message], "message": str(value.message),
                "person": str(value.user_profile), "kind": value.emoji_name, "count": 1,
                "file": tables.name, "position": position,
            }
            for value, position in zip(values, positions, strict=True)
        ]  # fmt: skip
        yield from_rows("reaction", rows)


def _is_bot(realm: _Realm, user: int) -> bool:
    return user in realm.users and realm.users[user].is_bot


def _classify_role(realm: _Realm, user: int) -> str | None:
    return _ROLES.get(realm.users[user].role or 0) if user in realm.users else None


def _group(stream: _Stream, file: str) -> dict[str, Any]:
    created = from_epoch([stream.date_created])[0].as_py()
    return {
        "group": str(stream.id), "label": stream.name, "network": "zulip",
        "platform": "zulip", "kind": "private" if stream.invite_only else "stream",
        "created_us": created, "file": file, "position": 1,
        "owner": None if stream.creator is None else str(stream.creator),
        "closed_kind": "archived" if stream.deactivated else None,
    }  # fmt: skip
