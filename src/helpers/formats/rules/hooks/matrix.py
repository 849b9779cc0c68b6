"""Matrix: members in and out, redactions, relations between events."""

from collections.abc import Iterator
from typing import Any

from helpers.formats.rows.clock import from_epoch
from helpers.formats.rows.losses import UNDELIVERED
from helpers.formats.rows.people import SIGNATURE
from helpers.formats.rules import typed
from helpers.formats.rules.records import Block
from helpers.formats.rules.typed import Row
from helpers.records import Batch

_ENCRYPTED = frozenset({"m.bad.encrypted", "m.room.encrypted"})
_MESSAGE, _MEMBER = "m.room.message", "m.room.member"


class Reader(typed.Reader):
    """Reads one room, whose members are those that its events let in."""

    signature = SIGNATURE

    def read_file(self, name: str) -> Iterator[Batch]:
        """Yield the records of the room."""
        self._members: dict[str, str | None] = {}
        self._inviters: dict[str, str] = {}
        self._room: Row = {}
        yield from super().read_file(name)
        if "created_us" not in self._room:
            self.source.observed |= {
                "births": "first_message", "left_truncated": True, "owner_known": False,
            }  # fmt: skip

    def list_files(self) -> list[str]:
        """List the first document."""
        return super().list_files()[:1]

    def describe_group(self, group: str) -> Row:
        """Return the room, moved or not."""
        return (
            super().describe_group(group) | {"label": self.facts["label"]} | self._room
        )

    def read_block(self, block: Block) -> Iterator[Batch]:
        """Yield messages, events and reactions of the room."""
        self.group = next(filter(None, block["group"]), self.group)
        block["group"] = [self.group] * len(block)
        yield from super().read_block(block)

    def prepare(self, block: Block) -> None:
        """Find out what events are, what they answer and what cannot be read."""
        rows = block.rows("type", "msgtype", "text")
        encrypted = [_is_encrypted(*row) for row in rows]
        for at, is_lost in enumerate(encrypted):
            if is_lost and block["redaction"][at] is None:
                place = (self.file, block.positions[at])
                self.source.losses.noted(UNDELIVERED, *place)
        rows = block.rows("type", "msgtype", "state_key", "related", "redaction")
        block["kind"] = [self._classify_kind(*row) for row in rows]
        block["bot"] = [one == "m.notice" for one in block["msgtype"]]
        block["rule"] = [
            None if one == _MESSAGE else f"matrix.{one}" for one in block["type"]
        ]
        rows = block.rows("type", "related", "target", "answered", "is_fallback")
        block["reply_to"] = [_find_reply(*row) for row in rows]
        pairs = block.rows("related", "target")
        block["thread"] = [who if how == "m.thread" else None for how, who in pairs]
        threads = {*filter(None, block["thread"])}
        self.source.losses.read_threads(self.group, threads, self.file)
        texts = zip(block["text"], block["answered"], encrypted, strict=True)
        block["text"] = [
            None if is_lost else _cut_quote(body) if body and answered else body
            for body, answered, is_lost in texts
        ]

    def _classify_kind(
        self, kind: str, msgtype: str | None, state: str | None, related: str | None,
        redaction: object,
    ) -> str:  # fmt: skip
        if redaction is not None:
            return "system" if state is not None else "recalled"
        if kind != _MESSAGE:
            return self.program.find_label(kind) or "system"
        if related == "m.replace":
            return "edit"
        return self.program.find_label(msgtype or "") or "other"

    def list_events(self, block: Block) -> Iterator[tuple[int, Row]]:
        """Yield events that state tells, and redactions."""
        for at, kind in enumerate(block["kind"]):
            if kind == "recalled":
                yield at, _build_recall(block["sender_id"][at], block["redaction"][at])
            if kind == "system":
                yield at, self.describe_notice(block, at)

    def describe_notice(self, block: Block, at: int) -> Row:
        """Return the join, leave or other event in a state event."""
        kind, sender = block["type"][at], block["sender_id"][at]
        if kind != _MEMBER:
            time_us = block.times[at].as_py()
            if kind == "m.room.create":
                self._room |= {"created_us": time_us, "owner": sender}
            if kind == "m.room.tombstone" and time_us is not None:
                self._room |= {"closed_us": time_us, "closed_kind": "migrated"}
            return super().describe_notice(block, at) | {"value": block["value"][at]}
        who, after = block["state_key"][at] or "", block["membership"][at]
        before = block["before"][at] or self._members.get(who)
        self._members[who] = after
        if after == "invite":
            self._inviters[who] = sender
        self.source.people.met(self.group, who, block["name"][at])
        row = {"rule": f"matrix.{kind}-{after}", "subject": who}
        return row | self._describe_move(who, sender, before, after)

    def _describe_move(
        self, who: str, sender: str, before: str | None, after: str | None
    ) -> Row:
        """Return a join, a leave or kick; changes of name and face are neither."""
        if after == "join" and before != "join":
            if before == "invite":
                actor = self._inviters.get(who)
                return {"kind": "join", "method": "invite", "actor": actor}
            return {"kind": "join", "method": "self"}
        kick = {"kind": "kick", "actor": sender, "method": None}
        if after == "leave" and before in {"join", None}:
            return {"kind": "leave"} if sender == who else kick
        if after == "ban" and before == "join":
            return kick | {"method": "ban"}
        return {"kind": "settings", "actor": sender}

    def list_reactions(self, block: Block) -> Iterator[Row]:
        """Yield reactions, which are events of their own."""
        rows = block.rows("type", "sender_id", "target", "reaction")
        for at, (kind, sender, target, reaction) in enumerate(rows):
            if kind == "m.reaction" and target:
                yield self.place(block, at) | {
                    "message": target, "person": sender, "kind": reaction, "count": 1,
                    "time_us": block.times[at].as_py(), "rule": "matrix.m.reaction",
                }  # fmt: skip


def _is_encrypted(kind: str, msgtype: str | None, body: str | None) -> bool:
    """Return whether Element could not decrypt an event, in any language."""
    words = body or ""
    is_said = words.startswith("** ") and words.endswith(" **")
    return is_said or kind in _ENCRYPTED or msgtype in _ENCRYPTED


def _cut_quote(body: str) -> str:
    """Return a message's own text, without the quoted message."""
    if not body.startswith("> "):
        return body
    lines = body.split("\n")
    while lines and lines[0].startswith(">"):
        del lines[0]
    return "\n".join(lines).removeprefix("\n")


def _find_reply(
    kind: str, related: str | None, target: str | None, answered: str | None,
    is_fallback: int | None,
) -> str | None:  # fmt: skip
    if kind == "m.reaction":
        return None
    if answered and not is_fallback:
        return answered
    return target if related in {"m.thread", "m.replace"} else None


def _build_recall(sender: str, because: Any) -> Row:  # noqa: ANN401  any JSON
    """Return a deletion event, with its time, for a deleted message."""
    redaction: Row = because if isinstance(because, dict) else {}
    (deleted_us,) = from_epoch([redaction.get("origin_server_ts")]).to_pylist()
    row = {"kind": "recall", "actor": redaction.get("sender") or sender,
           "subject": sender, "rule": "matrix.m.room.redaction"}  # fmt: skip
    return row if deleted_us is None else row | {"time_us": deleted_us}
