"""Slack: lists of users and channels, files of days, notices without subtypes."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import filterfalse
from typing import Any, TypeVar

import msgspec

from helpers.formats.json.json_stream import decode_blocks, decode_envelope
from helpers.formats.reading.source import Head, Source
from helpers.formats.rows.clock import read_instant
from helpers.formats.rows.columns import yield_rows
from helpers.formats.rows.losses import OF_FILE, note_gaps
from helpers.formats.rows.people import SOMEBODY
from helpers.formats.rules import typed
from helpers.formats.rules.paths import Paths
from helpers.formats.rules.programs import Program, load_program
from helpers.formats.rules.records import Block
from helpers.formats.rules.typed import Row
from helpers.records import DAY_US, Batch

_BARE = re.compile(  # as some logs write it, without the name
    r"(?:has (?:joined|left)|(?:un-)?archived) the (?:channel|group)|A huddle started"
)
_INTEGRATED = ("added an integration ", "removed an integration ")
_NOTICED = (  # how notices begin
    "<@", "has ", "archived ", "un-archived ", "A huddle ", *_INTEGRATED,
)  # fmt: skip
_TYPED = rb'"(?:channel|group)_(?:join|leave)"'
_INVITER = re.compile(r" by <@([UW]\w+)")
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+(?:\|([^>]*))?>")
_SPECIAL = re.compile(r"<!([^>|]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<([a-z]+:[^>|]+)(?:\|[^>]*)?>")
ROWS = 10_000  # of files of days that are read at once
GHOST = "U00"
_PLAIN = (None,) * 4
T = TypeVar("T")
Page = tuple[str, list[Any], list[int]]  # file, rows and their places
LISTS = {
    "channels.json": "channel", "groups.json": "private", "mpims.json": "mpim",
    "dms.json": "dm",
}  # fmt: skip
# conversations about a canvas or another file, which are a part of no channel
_OF_FILES = (
    "file_conversations.json", "canvases.json", "canvas_in_the_conversation.json",
)  # fmt: skip
_OWN_FILES = {*LISTS, *_OF_FILES, *load_program("slack").own_files}
_FILE_FOLDER = re.compile(r"FC:F\w+(?::|$)|FC_F\w+(?:_|$)")
OF_A_DAY = {"[].ts", "[].type", "[].user"}
_OF_A_DUMP = {"channel_id", "messages[].ts", "messages[].user"}
_DAY = re.compile(r"/\d{4}([-._])\d\d\1\d\d\.json$")
_PAGE = re.compile(
    r"(?:(?P<folder>.*)/)?"
    r"(?:(?P<page>\d{1,8})|(?P<of>\d{1,8})/\d{9,11}\.\d{1,6})\.json"
)


class Profile(msgspec.Struct, gc=False):
    """Names of a Slack user; e-mail and telephone are not read."""

    display_name: str | None = None
    real_name: str | None = None
    name: str | None = None


class User(msgspec.Struct):
    """A user of a Slack workspace, person or program."""

    id: str
    name: str | None = None
    real_name: str | None = None
    profile: Profile | None = None
    is_bot: bool | None = None
    is_app_user: bool | None = None

    @property
    def bot(self) -> bool:
        """Whether the Slack user is a program."""
        return bool(self.is_bot or self.is_app_user) or self.id == "USLACKBOT"

    @property
    def names(self) -> list[str]:
        """What the Slack user is called."""
        own = self.profile or Profile()
        names = (self.name, self.real_name, own.display_name, own.real_name)
        return [name for name in names if name]


class Channel(msgspec.Struct):
    """A Slack channel, with its members where they are listed."""

    id: str
    name: str | None = None
    created: int | str | None = None
    creator: str | None = None
    is_archived: bool | None = None
    members: list[str] | None = None

    @property
    def created_us(self) -> int | None:
        """When the channel was made, in µs."""
        return read_instant({"at": self.created}, "at")


class _Dump(msgspec.Struct):
    channel_id: str = ""
    name: str | None = None


_USERS = msgspec.json.Decoder(list[User])
_CHANNELS = msgspec.json.Decoder(list[Channel])


def _strip_markup(text: str) -> str:
    """Remove Slack's markup and ids from a text."""
    text = _CHANNEL.sub(r"#\1", _USER.sub(SOMEBODY, text))
    return html.unescape(_LINK.sub(r"\1", _SPECIAL.sub(r"@\1", text)))


def find_subtype(text: str, user: str | None) -> str | None:
    """Return the subtype that a notice's own words imply, for logs without subtypes.

    >>> find_subtype("<@U1|ann> has joined the channel", "U1")
    'channel_join'
    >>> find_subtype("<@U1> has joined the channel", "U2")
    """
    mention = _USER.match(text)
    is_bare = text.startswith(_INTEGRATED) or _BARE.fullmatch(text)
    if mention is None and not is_bare:
        return None
    if mention and mention[1] != (user or mention[1]):
        return None
    words = text[mention.end() if mention else 0 :].strip().removeprefix("has ")
    return load_program("slack").find_type(words)


def has_signature(head: Head) -> bool:
    """Detect a Slack export by its lists of users and channels, or day files."""
    users = head.has("users.json") or head.has("org_users.json")
    if users and any(head.has(name) for name in LISTS):
        return True
    days = list(filter(_DAY.search, head.names))
    if days and head.keys(days[0]) >= OF_A_DAY:
        return True
    if head.names == (head.name,):
        is_day = bool(_DAY.search(f"/{head.name}"))  # its folder would be unknown
        return head.keys() >= _OF_A_DUMP or (head.keys() >= OF_A_DAY and not is_day)
    pages = list(filter(_PAGE.fullmatch, head.names))
    if pages and head.keys(pages[0]) >= OF_A_DAY:
        return True
    first = next((name for name in head.names if name.endswith(".json")), None)
    return first is not None and head.keys(first) >= _OF_A_DUMP


def list_parts(head: Head) -> set[str]:
    """List the files that belong to a Slack export, by their names."""
    root = _find_root(head.names)
    names = [name for name in head.names if name.startswith(root)]
    own = {name for name in names if name.rpartition("/")[2] in _OWN_FILES}
    pages = filter(_PAGE.fullmatch, names)
    numbered = {name for name in pages if head.keys(name) >= OF_A_DAY}
    return own | numbered | set(filter(_DAY.search, names))


def _find_root(names: Sequence[str]) -> str:
    """Return the folder of the lists of channels, with its ``/``; else nothing."""
    listed = next((name for name in names if name.rpartition("/")[2] in LISTS), "")
    return "".join(listed.rpartition("/")[:2])


class Reader(typed.Reader):
    """Reads every channel of a workspace, even without messages."""

    def __init__(self, source: Source, program: Program) -> None:  # noqa: ARG002
        super().__init__(source, load_program("slack"))  # slackdump's messages too
        self._root, self.users = _find_root(source.names), dict[str, User]()
        self._spoken = frozenset(self.program.kinds["text"])
        self._strangers, self._done = set[tuple[str, str]](), set[str]()
        self._said: dict[int, int] = {}  # file of each reply, by what it says
        self._files: dict[str, int] = {}
        self._first: int | None = None
        self._archived: int | None = None

    def read(self) -> Iterator[Batch]:
        """Yield the records of every Slack channel, even without messages."""
        source = self.source
        if not any(name.rpartition("/")[2] in LISTS for name in source.names):
            source.losses.noted("no list of channels: members are unknown", "", 0)
            source.observed |= {
                "members_source": "events", "owner_known": False,
                "births": "first_message", "never_active_listed": False,
                "left_truncated": True, "roles_known": False,
            }  # fmt: skip
        for name in ("users.json", "org_users.json"):
            for user in self._read_list(name, _USERS):
                self.add(user)
        for name, sort in LISTS.items():
            for channel in self._read_list(name, _CHANNELS):
                yield from self._read_channel(channel, sort, self._root + name)
        yield from self._read_unlisted()
        if not self._done:
            for name in (name for name in source.names if name.endswith(".json")):
                with source.carry_on():
                    yield from self._read_dump(name)

    def add(self, user: User) -> None:
        """Add a listed user, and note the names."""
        self.users[user.id] = user
        self.source.people.mentioned(*user.names)

    def _read_list(
        self, name: str, decoder: msgspec.json.Decoder[list[T]]
    ) -> Iterator[T]:
        """Yield the entries of a Slack list file; nothing if it is missing."""
        place = self._root + name
        if place in self.source.names:
            for values, *_ in decode_blocks(self.source, place, decoder, ""):
                yield from values

    def _read_dump(self, name: str) -> Iterator[Batch]:
        """Yield the records of a channel in slackdump's own layout."""
        is_list = self.source.head.keys(name) >= OF_A_DAY
        array = "" if is_list else "messages"
        dump = _Dump() if is_list else decode_envelope(self.source, name, _Dump, array)
        channel = Channel(id=dump.channel_id or self.source.chat_name, name=dump.name)
        sort = "dm" if re.fullmatch(r"D[0-9A-Z]{6,}", channel.id) else "channel"
        yield from self.list_channel(channel, sort, name)
        program, inner = self.program, self.paths
        columns = {**program.columns, "answers": ["slackdump_thread_replies"]}
        types = {**program.types, "answers": inner.decoder.type}
        outer = Paths(columns, types, program.needed)
        for rows, at, *_ in decode_blocks(self.source, name, outer.decoder, array):
            answers = outer.look_into(rows)("answers") or ()
            pairs = zip(answers, at, strict=True)
            below = [(one, n) for told, n in pairs for one in told or ()]
            seen = set[Any]()
            for paths, found, places in (
                (outer, rows, [*at]),
                (inner, [one for one, _ in below], [n for _, n in below]),
            ):
                self.paths = paths
                page = self.drop_repeated((name, found, places), seen)
                yield from self.read_pages(channel.id, [page])

    def _read_unlisted(self) -> Iterator[Batch]:
        """Yield the records of Slack channel folders that no list names."""
        names = self.source.names
        folders = {name.rpartition("/")[0] for name in names if _DAY.search(name)}
        numbered = filter(None, map(_PAGE.fullmatch, names))
        folders |= {match["folder"] or "" for match in numbered}
        listed = (one for name in _OF_FILES for one in self._read_list(name, _CHANNELS))
        of_files = {one for of in listed for one in (of.id, of.name)}
        for folder in sorted(folders - self._done):
            name = folder.rpartition("/")[2] or self.source.stem
            if name in of_files or _FILE_FOLDER.match(name):
                pages = self._read_pages(_list_days(names, {folder}))
                if comments := sum(len(rows) for _, rows, _ in pages):
                    self.source.losses.noted(OF_FILE, f"{folder}/", 0, comments)
                continue
            self.source.losses.noted("channel in no list", f"{folder}/", 0)
            channel = Channel(id=name)
            yield from self._read_channel(channel, "channel", f"{folder}/", {folder})

    def _read_channel(
        self, channel: Channel, sort: str, file: str, own: set[str] | None = None
    ) -> Iterator[Batch]:
        named = {self._root + one for one in (channel.name, channel.id) if one}
        folders = own or named
        self._done |= folders
        days = _list_days(self.source.names, folders)
        pages = (match["page"] for match in map(_PAGE.fullmatch, days) if match)
        note_gaps(self.source.losses, [int(page) for page in pages if page], file)
        self._first, self._archived, self.missing = None, None, 0
        yield from self.read_pages(channel.id, self._read_pages(days))
        self.note_missing(file)
        closed = self._archived if channel.is_archived else None
        yield from self.list_channel(channel, sort, file, closed)
        created_us = channel.created_us
        first_us: int = self._first or 0
        if created_us and first_us - created_us > DAY_US:
            self.source.observed["left_truncated"] = True
            reason = "first message long after creation"
            self.source.losses.noted(reason, file, 0)

    def _read_pages(self, days: Sequence[str]) -> Iterator[Page]:
        """Yield a channel's files; one that breaks off is not to cost those behind."""
        once = set[Any]()
        for name in days:
            seen = once if _PAGE.fullmatch(name) else set[Any]()
            every = (self.source, name, self.paths.decoder, "")
            with self.source.carry_on():
                for rows, at, *_ in decode_blocks(*every):
                    yield self.drop_repeated((name, rows, [*at]), seen)

    def drop_repeated(self, page: Page, seen: set[Any]) -> Page:
        """Return rows without those of earlier pages, by time, sender and text."""
        name, rows, at = page
        block = Block(at, self.paths.look_into(rows))
        said = [*block.rows("id", "sender_id", "text")]
        first = dict(zip(reversed(said), range(len(said) - 1, -1, -1), strict=True))
        fresh = sorted(first[one] for one in first.keys() - seen)
        seen.update(first)
        if len(fresh) == len(rows):
            return page
        return name, [rows[n] for n in fresh], [at[n] for n in fresh]

    def read_pages(self, group: str, pages: Iterable[Page]) -> Iterator[Batch]:
        """Yield the records of a channel, those of many small files at once."""
        self.group = group
        for part in _gather(pages):
            rows = [row for _, found, _ in part for row in found]
            places = [at for _, _, positions in part for at in positions]
            block = Block(places, self.paths.look_into(rows))
            block["file"] = [name for name, found, _ in part for _ in found]
            yield from self.read_block(block)

    def read_block(self, block: Block) -> Iterator[Batch]:
        """Yield messages, and people of other workspaces, who are guests."""
        yield from super().read_block(block)
        users, guests = block["user"], []
        for who in dict.fromkeys(users).keys() - self.users.keys() - {None}:
            at = users.index(who)
            told = block.take([at]).rows(
                "profile_name", "profile_shown", "profile_real"
            )
            names = [*next(told)]
            if any(names) and (self.group, who) not in self._strangers:
                self._strangers.add((self.group, who))
                self.source.people.met(self.group, who, *names)
                own = {"person": who, "role": "guest", "rule": "slack.user_profile"}
                guests.append(self.place(block, at) | own)
        yield from yield_rows(membership=guests)

    def prepare(self, block: Block) -> None:
        """Find notices, copies, authors, mentions and replies."""
        self._restore_types(block)
        self._identify(block)
        types, texts = block["type"], block["text"]
        copies = [*self._find_copies(block)]
        pairs = block.rows("thread", "id")
        answers = [to if to != own else None for to, own in pairs]
        threads = {*filter(None, answers)}
        self.source.losses.read_threads(self.group, threads, block["file"][0])
        if any(block["replies"]):
            told = block.rows("replies", "thread")
            block["replies"] = [n if thread else None for n, thread in told]
        block["thread"] = block["reply_to"] = answers
        block["rule"] = [one and f"slack.{one}" for one in types]
        kinds = block["kind"] = ["text"] * len(block)
        said = zip(types, texts, strict=True)
        rare = [at for at, (kind, text) in enumerate(said) if kind or not text]
        roles = ("type", "text", "files", "filed", "shared", "unfurled", "blocks")
        for at, row in zip(rare, block.take(rare).rows(*roles), strict=True):
            kinds[at] = self._classify(*row)
        for at in copies:
            kinds[at], block["rule"][at] = "notice", "slack.broadcast-copy"
        block["said"], block["text"] = texts, texts.copy()
        block["mentions"] = [None] * len(block)
        for at, text in enumerate(texts):
            if text and ("<" in text or "&" in text):
                block["mentions"][at] = _USER.findall(text) or None
                block["text"][at] = _strip_markup(text)
        self._first = self._first or block.times[0].as_py()
        ends = [at for at, kind in enumerate(types) if kind and kind[-8:] == "_archive"]
        self._archived = block.times[ends[-1]].as_py() if ends else self._archived

    def _restore_types(self, block: Block) -> None:
        """Give notices without a subtype the one of their words, and who invited.

        Where notices have subtypes, the same words are somebody's.
        """
        kinds, texts, users = block["type"], block["text"], block["sender_id"]
        bare = [
            (at, find_subtype(text, users[at]))
            for at, text in enumerate(texts)
            if text and text.startswith(_NOTICED) and kinds[at] is None
        ]
        block["type"], block["inviter"] = block["type"].copy(), block["inviter"].copy()
        for at, kind in bare:
            if kind is not None and not self.source.holds(_TYPED):
                block["type"][at] = kind
                match = _INVITER.search(block["text"][at])
                if match and kind == "channel_join":
                    block["inviter"][at] = match[1]

    def _identify(self, block: Block) -> None:
        """Tell people from programs, of which one may sign with names of others."""
        users = block["user"] = block["sender_id"]
        bots = {u: u == "USLACKBOT" or self._is_listed_bot(u) for u in {*users}}
        for who in bots.keys() & self.users.keys():
            self.source.people.met(self.group, who, *self.users[who].names)
        block["bot"] = [bots[who] for who in users]
        own = {who: None if who == GHOST else who for who in bots}
        block["sender_id"] = [own[who] for who in users]
        relayed: list[str | None] = [None] * len(block)
        rows = enumerate(block.rows("type", "bot_id", "comment", "username"))
        for at, (kind, *more) in [one for one in rows if one[1] != _PLAIN]:
            program, author, name = more
            is_bot = bool(program or kind == "bot_message" or block["bot"][at])
            block["bot"][at] = is_bot
            if kind and kind not in self._spoken:
                block["sender_id"][at] = users[at]
                continue
            who = author or users[at] or program
            if who is None and kind == "bot_message" and name:
                who = kind  # a hook of old, without an id
            block["sender_id"][at] = None if who == GHOST else who
            relayed[at] = name if is_bot else None
        block["relayed"] = relayed

    def _find_copies(self, block: Block) -> Iterator[int]:
        """Yield the thread replies that were posted to the channel a second time."""
        threads, users, texts, types, files = (
            block[role] for role in ("thread", "user", "text", "type", "file")
        )
        for at in [at for at, one in enumerate(threads) if one is not None]:
            key = hash((threads[at], users[at], texts[at]))
            number = self._files.setdefault(files[at], len(self._files))
            before, self._said[key] = self._said.get(key, -2), number
            if number - before <= 1 and (types[at] or "").endswith("_broadcast"):
                yield at

    def _classify(self, kind: str | None, text: str | None, *parts: Any) -> str:  # noqa: ANN401
        """Return the kind of a message that has a subtype, or no text."""
        files, one, shared, unfurled, blocks = parts
        if kind and kind not in self._spoken:
            return "system"
        files = files or ([one.get("mimetype")] if isinstance(one, dict) else ())
        if files and (kind == "file_share" or not (kind or text)):
            return self.program.find_label(str(files[0]).partition("/")[0]) or "file"
        if text:
            return "text"
        if any(shared or ()) or any(unfurled or ()):
            return "forward"
        return "other" if shared or blocks else "text"

    def meet(self, block: Block) -> None:
        """Record nothing: users are met by their lists."""

    def describe_notice(self, block: Block, at: int) -> Row:
        """Return the group event in a Slack notice: kind, actor and subject."""
        row, user = super().describe_notice(block, at), block["user"][at]
        kind, text = block["type"][at], block["said"][at] or ""
        if kind.endswith("_join"):
            inviter = block["inviter"][at]
            method = "invite" if inviter else "self"
            who = {"actor": inviter, "subject": user}
            return row | who | {"kind": "join", "method": method}
        if kind.endswith("_leave"):
            others = [one for one in _USER.findall(text) if one != user]
            if " removed " not in text:
                return row | {"kind": "leave", "subject": user, "actor": None}
            return row | {"kind": "kick", "subject": user, "actor": [*others, None][0]}
        topic, *others = (block[role][at] for role in ("topic_set", "purpose", "name"))
        named = topic or others[0] or (others[1] if topic is None else None)
        value = named if isinstance(named, str) else None
        return row | {"actor": user, "value": value}

    def list_reactors(self, block: Block) -> list[Any]:
        """Return the people behind each reaction, without bots."""
        return [
            [[*filterfalse(self._is_listed_bot, one or ())] for one in people]
            for people in block["reaction_people"]
        ]

    def _is_listed_bot(self, who: str | None) -> bool:
        return who in self.users and self.users[who].bot

    def list_channel(
        self, channel: Channel, sort: str, file: str, closed: int | None = None
    ) -> Iterator[Batch]:
        """Yield the record of a Slack channel, and its listed members."""
        members = channel.members or []
        bots = {*filter(self._is_listed_bot, members)}
        self.file = file
        place = {"group": channel.id, "file": file, "position": 1}
        row = self.describe_group(channel.id) | {
            "label": channel.name, "kind": sort, "owner": channel.creator or None,
            "created_us": channel.created_us, "closed_us": closed,
            "member_count": len(members) - len(bots),
            "closed_kind": "archived" if channel.is_archived else None,
        }  # fmt: skip
        listed = [
            place | {
                "person": member, "bot": member in bots, "rule": "slack.members",
                "role": "creator" if member == channel.creator else None,
            }
            for member in members
        ]  # fmt: skip
        for member in members:
            if member in self.users:
                self.source.people.met(channel.id, member, *self.users[member].names)
        yield from yield_rows(group=[row], membership=listed)


def _gather(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Collect files of single days into batches of at least `ROWS` messages."""
    batch, rows = list[Page](), 0
    for page in pages:
        if page[1]:
            batch.append(page)
            rows += len(page[1])
        if rows >= ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _list_days(names: Iterable[str], folders: set[str]) -> list[str]:
    """List a channel's files: of days, of numbered pages, and of their threads."""
    days = [name for name in names if name.rpartition("/")[0] in folders]
    matches = [match for match in map(_PAGE.fullmatch, names) if match]
    pages = [match for match in matches if (match["folder"] or "") in folders]
    numbers = {match[0]: int(match["page"] or match["of"]) for match in pages}
    own = {*days, *numbers}
    return sorted(own, key=lambda name: (numbers.get(name, 0), len(name), name))
