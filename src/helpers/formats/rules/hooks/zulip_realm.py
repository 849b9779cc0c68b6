"""Zulip's realm export: tables of users, streams and subscriptions, and of reads."""

import re
from collections.abc import Iterator

from helpers.formats.reading.source import Head
from helpers.formats.rows.clock import from_epoch
from helpers.formats.rows.columns import build_batch, to_ids, yield_rows
from helpers.formats.rules import typed
from helpers.formats.rules.programs import load_program
from helpers.formats.rules.records import Block
from helpers.formats.rules.typed import Row
from helpers.records import Batch

REALM = "realm.json"
READ = 1  # the lowest bit of flags_mask
STREAM = 2  # a recipient's type
_CHANGES = {"301": "join", "302": "join", "303": "leave"}  # of subscriptions
_ROLES = {100: "owner", 200: "admin", 300: "moderator", 400: "member", 600: "guest"}
_MESSAGES = re.compile(r"(?:^|/)messages-\d+\.json$")
_MENTION = re.compile(r"@_?\*\*([^*|]+)(?:\|(\d+))?\*\*")
_UPLOADS = re.compile(r"(?:^|/)(?:uploads|avatars|emoji|realm_icons)/")
_OWN_FILES = {REALM, *load_program("zulip_realm").own_files}


def has_signature(head: Head) -> bool:
    """Detect a Zulip realm export by its files."""
    return head.has(REALM) and any(_MESSAGES.search(name) for name in head.names)


def list_parts(head: Head) -> set[str]:
    """List the files that belong to a Zulip realm's export, by their names."""
    return {
        name
        for name in head.names
        if name.rpartition("/")[2] in _OWN_FILES
        or _UPLOADS.search(name)
        or _MESSAGES.search(name)
    }


class Reader(typed.Reader):
    """Reads the tables of one realm, each in a pass of its own."""

    has_groups_last = False

    def read(self) -> Iterator[Batch]:
        """Yield records of Zulip streams, members, messages, reads and reactions."""
        own = (one for one in self.source.names if f"/{one}".endswith(f"/{REALM}"))
        self._realm = self.file = next(own, self.source.name)
        self._read_people()
        yield from self._read_streams()
        yield from self._read_subscriptions()
        yield from self._read_audit_log()
        yield from super().read()
        self.file = self._realm
        for block in self.read_table("zerver_reaction"):
            block["id"] = to_ids(block["message"])
            block["group"] = [self._reacted[one] for one in block["id"]]
            block["reactions"] = [[one or ""] for one in block["emoji_name"]]
            block["reaction_people"] = [[one] for one in block["user_profile"]]
            yield from yield_rows(reaction=[*self.list_reactions(block)])

    def _read_people(self) -> None:
        """Read who there is, what messages are sent to, and which get reactions."""
        self._users: dict[str | None, tuple[str, bool, str | None]] = {}
        idle = 0
        for table in ("zerver_userprofile", "zerver_userprofile_crossrealm"):
            for block in self.read_table(table):
                told = block.rows("full_name", "is_bot", "role")
                users = [
                    (name or "", bool(b), _ROLES.get(role)) for name, b, role in told
                ]
                self._users |= zip(to_ids(block["id"]), users, strict=True)
                idle += sum(map(bool, block["long_term_idle"]))
        self._ids = {name: who for who, (name, *_) in self._users.items()}
        self._groups: dict[str | None, str] = {}
        for block in self.read_table("zerver_recipient"):
            rows = block.rows("id", "type", "type_id")
            self._groups |= {
                str(one): str(of) if kind == STREAM else f"direct:{one}"
                for one, kind, of in rows
            }
        self._reacted: dict[str | None, str | None] = {}
        for block in self.read_table("zerver_reaction"):
            self._reacted |= dict.fromkeys(to_ids(block["message"]))
        self.source.people.mentioned(*self._ids)
        if idle:
            self.source.losses.noted("long idle: no reads kept", self.file, 0, idle)

    def _read_streams(self) -> Iterator[Batch]:
        """Yield the streams of a realm."""
        for block in self.read_table("zerver_stream"):
            ids, owners = map(str, block["id"]), to_ids(block["creator"])
            born = from_epoch(block["date_created"]).to_pylist()
            told = block.rows("name", "invite_only", "deactivated")
            rows = [
                self.describe_group(group) | {
                    "label": name or "", "owner": owner, "created_us": time_us,
                    "kind": "private" if is_closed else "stream",
                    "closed_kind": "archived" if is_over else None,
                }
                for group, owner, time_us, (name, is_closed, is_over)
                in zip(ids, owners, born, told, strict=True)
            ]  # fmt: skip
            yield from yield_rows(group=rows)

    def _read_subscriptions(self) -> Iterator[Batch]:
        for block in self.read_table("zerver_subscription"):
            groups = [self._groups.get(one) for one in to_ids(block["recipient"])]
            block["group"], people = groups, to_ids(block["user_profile"])
            rows = []
            for at, (group, who) in enumerate(zip(groups, people, strict=True)):
                if group and who and block["active"][at] in {None, True}:
                    name, is_bot, role = self._users.get(who, ("", False, None))
                    self.source.people.met(group, who, name)
                    own = {"person": who, "bot": is_bot, "role": role}
                    rows.append(
                        self.place(block, at) | own | {"rule": "zulip.subscription"}
                    )
            yield from yield_rows(membership=rows)

    def _read_audit_log(self) -> Iterator[Batch]:
        for block in self.read_table("zerver_realmauditlog"):
            block["group"] = to_ids(block["modified_stream"])
            times = from_epoch(block["event_time"]).to_pylist()
            told = block.rows("event_type", "modified_user", "acting_user", "group")
            yield from yield_rows(
                event=[
                    self.place(block, at)
                    | {"time_us": times[at], "rule": f"zulip.audit-{kind}"}
                    | _describe_change(_CHANGES[str(kind)], str(who), by)
                    for at, (kind, who, by, group) in enumerate(told)
                    if str(kind) in _CHANGES and who is not None and group is not None
                ]
            )

    def read_file(self, name: str) -> Iterator[Batch]:
        """Yield the Zulip messages of a file, then who read them."""
        self._written: dict[str | None, str] = {}  # group by message
        yield from super().read_file(name)
        for block in self.read_table("zerver_usermessage"):
            flags = block["flags_mask"]
            read = block.take(
                [at for at, one in enumerate(flags) if one and one & READ]
            )
            messages = to_ids(read["message"])
            yield build_batch(
                "read", len(read), group=[*map(self._written.get, messages)],
                message=messages, person=to_ids(read["user_profile"]), file=name,
                position=read.positions, rule="zulip.flags-read",
            )  # fmt: skip

    def read_blocks(self) -> Iterator[Block]:
        """Yield the messages of a file."""
        return self.read_table("zerver_message")

    def prepare(self, block: Block) -> None:
        """Find the groups that messages are in, and whom they mention."""
        of = to_ids(block["recipient"])
        groups = block["group"] = [self._groups.get(one, "unknown") for one in of]
        self._written.update(zip(block["id"], groups, strict=True))
        for one in self._reacted.keys() & block["id"]:
            self._reacted[one] = self._written[one]
        for group, topic in {*block.rows("group", "topic")}:
            self.source.losses.read_threads(group, filter(None, [topic]), self.file)
        senders = block["sender_id"]
        block["bot"] = [who in self._users and self._users[who][1] for who in senders]
        block["mentions"] = [self._list_mentions(text) for text in block["text"]]

    def meet(self, block: Block) -> None:
        """Record what the users are called who wrote in a group."""
        for group, who in {*block.rows("group", "sender_id")}:
            if who in self._users:
                self.source.people.met(group, who, self._users[who][0])

    def _list_mentions(self, text: str | None) -> list[str] | None:
        if not text or "**" not in text:
            return None
        told = [who or self._ids.get(name) for name, who in _MENTION.findall(text)]
        return [who for who in told if who] or None


def _describe_change(kind: str, subject: str, by: str | int | None) -> Row:
    """Return who joined or left a Zulip stream, and who added or removed them."""
    actor = None if by is None or str(by) == subject else str(by)
    is_kick = kind == "leave" and actor is not None
    return {"kind": "kick" if is_kick else kind, "subject": subject, "actor": actor}
