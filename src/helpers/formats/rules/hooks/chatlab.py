"""ChatLab: members, silent ones among them, and WeQ's messages in its documents."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from helpers.files import read_own_rows
from helpers.formats.json.json_stream import decode_envelope
from helpers.formats.reading.source import Source
from helpers.formats.rows.clock import read_instant
from helpers.formats.rows.columns import yield_rows
from helpers.formats.rows.events import Event, Known, load_grammar
from helpers.formats.rules import records
from helpers.formats.rules.programs import Program, load_program
from helpers.formats.rules.records import Block
from helpers.formats.wechat import wechat
from helpers.records import Batch

PLATFORMS = read_own_rows("formats", "table_columns.toml")["platforms"]["names"]
_MEMBER = ("member", "sender", "card", "aliases", "roles", "role")  # of lines
_STICKER = 1  # subtype of WeQ's pictures


class _Role(msgspec.Struct):
    id: str = ""


class _Member(msgspec.Struct, rename="camel"):
    platform_id: str | int
    account_name: str | None = None
    group_nickname: str | None = None
    aliases: Sequence[str | None] | None = None
    roles: Sequence[_Role] | None = None
    role: str | None = None  # as WeQ says it

    @property
    def own_role(self) -> str | None:
        return self.roles[0].id if self.roles else self.role


class _Document(msgspec.Struct):
    meta: dict[str, Any]
    chatlab: Any = None
    members: list[_Member] = []


class Reader(records.Reader):
    """Reads one document, or lines of which any may be header or member."""

    def __init__(self, source: Source, program: Program) -> None:
        is_weq = {"meta.exportedAt", "meta.platform"} <= source.head.paths
        super().__init__(source, program)
        self._weq = load_program("_weq") if is_weq else None
        self.paths = self._weq.paths if self._weq else program.paths
        self._members: list[_Member] = []
        start = source.head.start  # most documents need no second look at their keys
        self.has_lines = '"_type"' in start and "_type" in source.head.paths

    def read_file(self, name: str) -> Iterator[Batch]:
        """Yield the records of a document, or of lines, whose members come last."""
        self.file = name
        if not self.has_lines:
            document = decode_envelope(self.source, name, _Document, "messages")
            self._members = document.members
            self._begin({"meta": document.meta, "chatlab": document.chatlab})
            yield from self._open()
        for block in self.read_blocks():
            yield from self.read_block(block)
        if not self.chats:  # no line could be decoded
            self._begin({})
        if self.has_lines:
            yield from self._open()
        self._settle_members()

    def _open(self) -> Iterator[Batch]:
        """Yield the group, and its members, of whom some may never have spoken."""
        chat = self.chats[self.group]
        roles = {str(one.platform_id): one.own_role for one in self._members}
        owners = [who for who, role in roles.items() if role == "owner"]
        for one in self._members:
            names = (one.account_name, one.group_nickname, *(one.aliases or ()))
            chat.names((str(one.platform_id), name) for name in names)
        platform = self.facts["platform"]
        group: dict[str, Any] = {"group": self.group, "file": self.file}
        row = group | {
            "label": self.facts["label"],
            "platform": platform if platform in PLATFORMS else None,
            "kind": self.facts["kind"],
            "owner": owners[0] if len(owners) == 1 else None,
        }
        told = {"rule": "chatlab.members"}
        listed = [
            group | told | {"person": str(one.platform_id), "role": one.own_role}
            for one in self._members
        ]
        yield from yield_rows(group=[row], membership=listed)

    def _begin(self, document: Mapping[str, Any]) -> None:
        self.facts = self.find_facts(document)
        self.group = str(self.facts["group"] or self.source.stem)
        until_us = read_instant(self.facts, "until")  # by `convert`
        made_us = read_instant(self.facts, "exported")
        self.source.state_export(self.group, made_us, self.file)
        self.source.state_range(self.group, None, until_us)
        # WeChat tells nobody who leaves
        self.source.observed["leaves_observed"] = self.facts["platform"] == "qq"
        self.add_chat(self.group)

    def understand(self, line: str, known: Known = tuple) -> Event | None:
        """Return the event in a line of WeChat, or of QQ in its groups."""
        is_qq = self.facts["platform"] == "qq"
        return (load_grammar("qq").match if is_qq else wechat.parse_event)(line, known)

    def read_block(self, block: Block) -> Iterator[Batch]:
        """Yield messages; other lines are kept for later."""
        if self.has_lines:
            lines: dict[str, list[int]] = {"header": [], "member": []}
            for at, line in enumerate(block["line"]):
                lines.setdefault(line if line in lines else "message", []).append(at)
            if not self.chats:
                heads = block.take(lines["header"][:1]).rows("meta", "chatlab")
                told = ({"meta": meta, "chatlab": stamp} for meta, stamp in heads)
                self._begin(next(told, {}))
            for who, *row in block.take(lines["member"]).rows(*_MEMBER):
                name, card, aliases, roles, role = row
                listed = [_Role(one or "") for one in roles or ()]
                self._members.append(_Member(who, name, card, aliases, listed, role))
            block = block.take(lines.get("message", []))
        if len(block):
            yield from super().read_block(block)

    def prepare(self, block: Block) -> None:
        """Translate WeQ's elements; keep the numbers of types without a meaning."""
        if self._weq:
            block["sender_id"] = [
                uid if who in {"0", 0, ""} else who
                for who, uid in block.rows("sender_id", "uid")
            ]
            roles = ("elements", "words", "summary", "markdown", "face", "subtype")
            told = [self._read_elements(*row) for row in block.rows(*roles, "quoted")]
            for role, column in zip(
                ("kinds", "text", "reply_to"), zip(*told, strict=False), strict=True
            ):
                block[role] = [*column]
            return
        known = {one: self.program.find_label(str(one)) for one in {*block["kind"]}}
        if None in known.values():
            rules = {one: f"chatlab.type-{one}" for one in known if known[one] is None}
            block["rule"] = [rules.get(one) for one in block["kind"]]
        block["kinds"] = [known[one] or "other" for one in block["kind"]]

    def _read_elements(self, *columns: Sequence[Any] | None) -> tuple[Any, ...]:
        """Return kind, words and quoted message of a message of WeQ."""
        words, kinds, quoted = [], list[str](), None
        for kind, text, summary, markdown, face, subtype, origin in zip(
            *(column or () for column in columns), strict=True
        ):
            known = self._weq and self._weq.find_label(kind or "")
            if kind == "reply":
                quoted = origin
            elif kind == "pic":
                kinds.append("sticker" if subtype == _STICKER else "image")
            elif known:
                kinds.append(known)
            elif kind == "face":
                words.append(f"[{face or '表情'}]")
            else:
                words.append(text or summary or markdown or "")
        said = "".join(words) or None
        plain = "other" if said is None else "text" if quoted is None else "reply"
        return next(iter(kinds), plain), said, quoted

    def _settle_members(self) -> None:
        """Record whether the member list states roles and includes silent members."""
        people = {str(one.platform_id) for one in self._members}
        silent = people - self.chats[self.group].spoke
        has_roles = any(one.own_role for one in self._members)
        self.source.observed |= {
            "members_source": "roster" if silent else "speakers",
            "owner_known": has_roles,
            "roles_known": has_roles,
        }
