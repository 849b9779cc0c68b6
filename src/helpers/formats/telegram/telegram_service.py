"""What Telegram's service messages say about a group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from helpers.formats.rows.people import named
from helpers.formats.telegram.telegram_schema import Entry

# action → event kind, for actions about the group as such
_KINDS = {
    "create_group": "create", "create_channel": "create",
    "migrate_to_supergroup": "migrate", "migrate_from_group": "migrate",
    "edit_group_title": "rename", "pin_message": "pin",
    "group_call": "call", "group_call_scheduled": "call", "phone_call": "call",
    "invite_to_group_call": "call",
    "topic_created": "topic", "topic_edit": "topic",
    "edit_group_photo": "settings", "delete_group_photo": "settings",
    "set_messages_ttl": "settings", "clear_history": "settings",
    "edit_chat_theme": "settings", "set_chat_wallpaper": "settings",
    "set_same_chat_wallpaper": "settings", "boost_apply": "settings",
    "joined_telegram": "settings",
}  # fmt: skip


class Derived(NamedTuple):
    """The records that one service message yields beside its own row."""

    events: list[dict[str, Any]]
    memberships: list[dict[str, Any]]


def person(identity: str | int | None, name: str | None) -> str | None:
    """Return somebody's id; old exports wrote bare numbers, or a name only.

    >>> person(7, "Ann"), person("channel3", None), person(None, "Ann")
    ('user7', 'channel3', 'name:Ann')
    """
    if isinstance(identity, int):
        return f"user{identity}"
    return identity or (named(name) if name else None)


def derived(entry: Entry) -> Derived:
    """Return the events and memberships of a service message, without their place."""
    actor = person(entry.actor_id, entry.actor)
    action = entry.action or ""
    if action in _MEMBERSHIP:
        return Derived(list(_MEMBERSHIP[action](entry, actor)), [])
    kind = _KINDS.get(action, "unrecognised")
    value = entry.title or entry.new_title or _text(entry.message_id)
    own = {"kind": kind, "actor": actor, "value": value, "rule": _rule(action)}
    founders = list(_founders(entry, actor)) if kind == "create" else []
    return Derived([own], founders)


def _founders(entry: Entry, creator: str | None) -> Iterator[dict[str, Any]]:
    """Yield the creator and those named at creation: members, but no joins."""
    rule = _rule(entry.action)
    if creator:
        yield {"person": creator, "role": "creator", "rule": rule}
    for name in entry.members or ():
        if name and name != entry.actor:
            yield {"person": named(name), "inviter": creator, "rule": _by_name(rule)}


def _invited(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    for name in entry.members or [None]:
        if name is not None and name == entry.actor:
            yield _event("join", None, actor, entry, "self")
        else:
            yield _event("join", actor, name and named(name), entry, "invited")


def _removed(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    for name in entry.members or [None]:
        if name is not None and name == entry.actor:
            yield _event("leave", None, actor, entry, "self")
        else:
            yield _event("kick", actor, name and named(name), entry, None)


def _by_link(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    inviter = named(entry.inviter) if entry.inviter else None
    yield _event("join", inviter, actor, entry, "link")


def _by_request(entry: Entry, actor: str | None) -> Iterator[dict[str, Any]]:
    yield _event("join", None, actor, entry, "request")


_MEMBERSHIP = {
    "invite_members": _invited,
    "remove_members": _removed,
    "join_group_by_link": _by_link,
    "join_group_by_request": _by_request,
}


def _event(
    kind: str,
    actor: str | None,
    subject: str | None,
    entry: Entry,
    method: str | None,
) -> dict[str, Any]:
    rule = _rule(entry.action)
    if (subject or "").startswith(named("")) or (actor or "").startswith(named("")):
        rule = _by_name(rule)
    return {
        "kind": kind, "actor": actor, "subject": subject, "method": method,
        "value": None if subject else "unknown person", "rule": rule,
    }  # fmt: skip


def _rule(action: str | None) -> str:
    return f"telegram.{action}"


def _by_name(rule: str) -> str:
    return f"{rule} (by name)"


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
