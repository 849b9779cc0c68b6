"""Read Slack workspace exports, ZIP or folder, with member lists.

Who never spoke is listed; bots are listed too and marked. A reply sent to the channel
as well is one message. Free workspaces hide what is old, which looks like a late birth.
Two more layouts have no lists: channels kept in numbered pages, with a file for each
thread (``C1/3.json``, ``C1/3/<time>.json``), and slackdump's file of a channel.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.formats.json.json_stream import Count, decode_elements, decode_envelope
from helpers.formats.reading.source import LEAST, Head, Source
from helpers.formats.rows.clock import EARLIEST_US, LATEST_US, from_iso
from helpers.formats.rows.columns import build_messages, list_reactions, yield_rows
from helpers.formats.rows.losses import OF_FILE, REPLIES_MISSING, note_gaps
from helpers.formats.rows.people import SOMEBODY
from helpers.records import DAY_US, Batch
from helpers.text.columns import to_text_array

SPOKEN = {
    None, "me_message", "file_share", "file_comment", "thread_broadcast",
    "reply_broadcast", "bot_message", "document_mention",
}  # fmt: skip
_KINDS = {
    "channel_topic": "topic", "group_topic": "topic",
    "channel_purpose": "topic", "group_purpose": "topic",
    "channel_name": "rename", "group_name": "rename",
    "channel_archive": "archive", "group_archive": "archive",
    "channel_unarchive": "settings", "group_unarchive": "settings",
    "pinned_item": "pin", "unpinned_item": "pin", "bot_add": "settings",
    "bot_remove": "settings", "reminder_add": "settings", "sh_room_created": "call",
    "huddle_thread": "call", "channel_canvas_updated": "settings",
    "channel_posting_permissions": "settings", "tombstone": "recall",
}  # fmt: skip
# what Slack writes of a person, behind "<@U…>", where a log keeps no subtypes
_NOTICES = {  # by what they tell; C is a channel, or a group
    subtype: re.compile(pattern.replace("C~", "(?:channel|group)"), re.DOTALL)
    for subtype, pattern in {
        "channel_join": r"joined (?:the C~|the conversation|#\S+)\.?"
        r"|joined the C~ by invitation from <@[UW]\w+[^>]*>\.?"
        r"|was (?:added|invited) to .{1,200} by <@[UW]\w+(?:\|[^>]*)?>\.?",
        "channel_leave": r"left (?:the C~|#\S+)\.?|(?:was|been) removed from .{1,200}",
        "channel_topic": r"(?:set|changed) the C~(?:['’]s)? topic(?::| to) .*",
        "channel_purpose": r"(?:set|changed) the C~(?:['’]s)? "
        r"(?:purpose|description)(?::| to) .*"
        r"|cleared the C~(?:['’]s)? (?:topic|purpose|description)\.?",
        "channel_name": r"renamed the C~ (?:from|to) .*"
        r"|changed the C~(?:['’]s)? name (?:from|to) .*",
        "channel_posting_permissions": r"(?:converted|made) this C~ (?:to )?"
        r"(?:private|public)\b.*",
        "huddle_thread": r"started a (?:call|huddle)\.?",
        "channel_archive": r"archived the C~(?: \(.*\))?\.?",
        "channel_unarchive": r"un-?archived the C~\.?",
        "pinned_item": r"pinned .{1,60} to this (?:channel|conversation)\b.*",
        "bot_add": r"added an integration to this channel: .*"
        r"|(?:enabled|disabled) the .{1,60} integration.*",
        "bot_remove": r"removed an integration from this channel: .*",
    }.items()
}
_BARE = {
    f"{done} the {kind}": f"channel_{what}"
    for done, what in (
        ("has joined", "join"), ("has left", "leave"), ("archived", "archive"),
        ("un-archived", "unarchive"),
    )
    for kind in ("channel", "group")
} | {"A huddle started": "huddle_thread"}  # fmt: skip
_INTEGRATED = ("added an integration ", "removed an integration ")
_NOTICED = (  # how notices begin
    "<@", "has ", "archived ", "un-archived ", "A huddle ", *_INTEGRATED,
)  # fmt: skip
_EMPTY = len("[]")  # blocks of a message that has none
_INVITER = re.compile(r" by <@([UW]\w+)")
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+(?:\|([^>]*))?>")
_SPECIAL = re.compile(r"<!([^>|]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<([a-z]+:[^>|]+)(?:\|[^>]*)?>")


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


class _Reaction(msgspec.Struct, gc=False):  # its users may be cut
    name: str = ""
    count: Count = 0
    users: list[str] | None = None


class _Comment(msgspec.Struct, gc=False):  # its author is only named here
    user: str | None = None


class _File(msgspec.Struct, gc=False):
    mimetype: str | None = None


class _Attachment(msgspec.Struct, gc=False):  # what is shared or unfurled
    is_share: Any = None
    is_msg_unfurl: Any = None


class Message(msgspec.Struct, gc=False):
    """One Slack message or notice."""

    ts: str
    type: str = "message"
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    text: str | None = None
    thread_ts: str | None = None
    reply_count: Count = 0
    inviter: str | None = None
    topic: Any = None
    purpose: Any = None
    name: str | None = None
    comment: _Comment | None = None
    file: _File | None = None
    files: list[_File] | None = None
    attachments: list[_Attachment] | None = None
    blocks: msgspec.Raw = msgspec.Raw(b"")
    reactions: list[_Reaction] | None = None
    user_profile: Profile | None = None
    slackdump_thread_replies: list[Message] | None = None


class _Dump(msgspec.Struct):
    channel_id: str = ""
    name: str | None = None


DECODER = msgspec.json.Decoder(list[Message])


def _parse_timestamp(ts: str) -> int | None:
    """Parse a Slack timestamp (seconds as text) to µs."""
    seconds, _, fraction = ts.partition(".")
    if not seconds.isdecimal() or not (fraction or "0").isdecimal():
        return None
    time = int(seconds[:20]) * 1_000_000 + int(fraction.ljust(6, "0")[:6])
    return time if EARLIEST_US <= time < LATEST_US else None


def _parse_timestamps(stamps: Sequence[str]) -> pa.Array:
    """Parse a column of Slack timestamps to µs; invalid ones are null."""
    column = to_text_array(stamps)
    if pc.all(pc.match_substring_regex(column, r"^[0-9]{1,10}\.[0-9]{6}$")).as_py():
        digits = pc.replace_substring(column, ".", "", max_replacements=1)
        times = digits.cast(pa.int64())
        good = pc.and_(pc.greater_equal(times, EARLIEST_US), pc.less(times, LATEST_US))
        return pc.if_else(good, times, None)
    times = pa.array([_parse_timestamp(stamp) for stamp in stamps], pa.int64())
    return pc.coalesce(times, from_iso(stamps)) if times.null_count else times


def _read_creation_time(channel: Channel) -> int | None:
    """Return the creation time of a Slack channel, in µs."""
    return _parse_timestamp(str(channel.created)) if channel.created else None


def _classify_kind(message: Message) -> str:
    """Return a Slack message's kind, such as text, image or system."""
    if message.subtype not in SPOKEN:
        return "system"
    files = message.files or ([message.file] if message.file else [])
    shared = message.subtype in {"file_share", None} and files
    if shared and (message.subtype or not message.text):
        main = (files[0].mimetype or "").partition("/")[0]
        return {"image": "image", "video": "video", "audio": "voice"}.get(main, "file")
    if message.text:
        return "text"
    if any(one.is_share or one.is_msg_unfurl for one in message.attachments or ()):
        return "forward"
    return "other" if message.attachments or len(message.blocks) > _EMPTY else "text"


_TYPED = rb'"(?:channel|group)_(?:join|leave)"'


def find_subtype(message: Message) -> str | None:
    """Return the subtype that a notice's own words imply, for logs without subtypes.

    >>> told = Message("1", user="U1", text="<@U1|ann> has joined the channel")
    >>> find_subtype(told)
    'channel_join'
    >>> find_subtype(Message("1", user="U2", text="<@U1> has joined the channel"))
    """
    text = message.text or ""
    if text in _BARE:  # as some logs write it, without the name
        return _BARE[text]
    mention = _USER.match(text)
    if mention is None and not text.startswith(_INTEGRATED):
        return None
    if mention and mention[1] != (message.user or mention[1]):
        return None
    words = text[mention.end() if mention else 0 :].strip().removeprefix("has ")
    return next((k for k, rule in _NOTICES.items() if rule.fullmatch(words)), None)


def _restore_subtype(message: Message, source: Source) -> None:
    """Give a notice without a subtype the one that its words imply, and who invited.

    Where notices have subtypes, the same words are somebody's.
    """
    subtype = find_subtype(message)
    if subtype is None or source.holds(_TYPED):
        return
    message.subtype = subtype
    if subtype == "channel_join" and (match := _INVITER.search(message.text or "")):
        message.inviter = match[1]


def _describe_event(message: Message) -> dict[str, Any]:
    """Return the group event in a Slack notice: kind, actor and subject."""
    subtype = message.subtype or ""
    event_row: dict[str, Any] = {"rule": f"slack.{subtype}"}
    if subtype.endswith("_join"):
        method = "invite" if message.inviter else "self"
        who = {"actor": message.inviter, "subject": message.user}
        return event_row | who | {"kind": "join", "method": method}
    if subtype.endswith("_leave"):
        if " removed " not in (text := message.text or ""):
            return event_row | {"kind": "leave", "subject": message.user}
        actors = [user for user in _USER.findall(text) if user != message.user]
        actor = actors[0] if actors else None
        return event_row | {"kind": "kick", "subject": message.user, "actor": actor}
    value = message.name if isinstance(message.topic, str | None) else None
    named = message.topic or message.purpose or value
    return event_row | {
        "kind": _KINDS.get(subtype, "unrecognised"),
        "actor": message.user,
        "value": named if isinstance(named, str) else None,
    }


def _strip_markup(text: str) -> str:
    """Remove Slack's markup and ids from a text."""
    text = _CHANNEL.sub(r"#\1", _USER.sub(SOMEBODY, text))
    return html.unescape(_LINK.sub(r"\1", _SPECIAL.sub(r"@\1", text)))


GHOST = "U00"
_MORE = attrgetter(
    "subtype", "bot_id", "thread_ts", "comment", "file", "files", "attachments",
    "reactions", "user_profile",
)  # fmt: skip
_NOTHING = _MORE(Message(""))


@dataclass(slots=True)
class Workspace:
    """Users of a Slack workspace, and recent replies, to detect repeated ones."""

    source: Source
    root: str
    users: dict[str, User]
    strangers: set[tuple[str, str]] = field(default_factory=set)
    before: set[tuple[str | None, ...]] = field(default_factory=set)
    today: set[tuple[str | None, ...]] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    def add(self, user: User) -> None:
        """Add a listed user, and note the names."""
        self.users[user.id] = user
        self.source.people.mentioned(*user.names)

    def meet(self, group: str, users: Iterable[str | None]) -> None:
        """Note what listed users are called who wrote in a group or are its members."""
        for user in users:
            if user in self.users:
                self.source.people.met(group, user, *self.users[user].names)

    def copied(self, message: Message) -> bool:
        """Return whether a thread reply is its second copy, posted to the channel."""
        if message.thread_ts is None:
            return False
        key = (message.user, message.thread_ts, message.text)
        is_repeated = key in self.today or key in self.before
        self.today.add(key)
        return is_repeated and (message.subtype or "").endswith("_broadcast")

    def bot(self, message: Message) -> bool:
        """Return whether a bot wrote the Slack message."""
        user = self.users.get(message.user or "")
        return bool(
            message.bot_id
            or message.subtype == "bot_message"
            or (user and user.bot)
            or message.user == "USLACKBOT"
        )


class Page(NamedTuple):
    """Slack messages of one file, and which are second copies of thread replies."""

    file: str
    found: Sequence[Message]
    positions: Sequence[int]
    copies: Sequence[bool]


def yield_messages(
    space: Workspace, group: str, pages: Sequence[Page]
) -> Iterator[Batch]:
    """Yield the records of a Slack channel's consecutive messages."""
    entries = [message for page in pages for message in page.found]
    copies = [copy for page in pages for copy in page.copies]
    texts = [m.text for m in entries]
    rare = (values != _NOTHING for values in map(_MORE, entries))
    pairs = zip(rare, texts, strict=True)
    more = [at for at, (is_rare, text) in enumerate(pairs) if is_rare or not text]
    columns = _build_columns(space, group, entries, more, copies)
    threads = {m.thread_ts for m in entries if m.thread_ts and m.thread_ts != m.ts}
    space.source.losses.read_threads(group, threads, pages[0].file)
    named: list[list[str] | None] = [None] * len(entries)
    for at, text in enumerate(texts):
        if text and ("<" in text or "&" in text):
            named[at], texts[at] = _USER.findall(text) or None, _strip_markup(text)
    rows = np.repeat(np.arange(len(pages)), [len(page.found) for page in pages])
    names = pa.array([page.file for page in pages], pa.string())
    yield build_messages(
        file=pa.DictionaryArray.from_arrays(pa.array(rows.astype(np.int32)), names),
        position=[position for page in pages for position in page.positions],
        group=group,
        id=[m.ts for m in entries],
        time_us=_parse_timestamps([m.ts for m in entries]),
        text=texts,
        mentions=named,
        **columns,
    )
    if more:
        yield from _read_rare_records(space, group, pages)


def _build_columns(
    space: Workspace,
    group: str,
    entries: Sequence[Message],
    more: Sequence[int],
    copies: Sequence[bool],
) -> dict[str, Any]:
    """Build the columns of Slack messages other than text and author."""
    users = [m.user for m in entries]
    programs = {user: space.bot(Message("", user=user)) for user in set(users)}
    space.meet(group, programs)
    people = {program: None if program == GHOST else program for program in programs}
    columns: dict[str, list[Any]] = {
        "sender": [people[user] for user in users],
        "bot": [programs[user] for user in users],
        "kind": ["text"] * len(entries),
        "reply_to": [None] * len(entries),
        "rule": [None] * len(entries),
    }
    for at in more:
        message, copy = entries[at], copies[at]
        rule = message.subtype and f"slack.{message.subtype}"
        row: dict[str, Any] = {
            "sender": _find_sender(message),
            "bot": space.bot(message),
            "kind": "notice" if copy else _classify_kind(message),
            "reply_to": None if message.thread_ts == message.ts else message.thread_ts,
            "rule": "slack.broadcast-copy" if copy else rule,
        }
        if row["bot"] and (account := row["sender"]) and (name := message.username):
            row["sender"] = space.source.people.relayed(group, account, name)
        for column, value in row.items():
            columns[column][at] = value
    return columns


def _read_rare_records(
    space: Workspace, group: str, pages: Sequence[Page]
) -> Iterator[Batch]:
    events, reactions, strangers = [], [], []
    rare = (
        (message, {"group": group, "file": page.file, "position": position})
        for page in pages
        for message, position in zip(page.found, page.positions, strict=True)
        if message.reactions or message.user_profile or message.subtype not in SPOKEN
    )
    for message, place in rare:
        if message.subtype not in SPOKEN:
            time = {"time_us": _parse_timestamp(message.ts)}
            events.append(place | time | _describe_event(message))
        for reaction in message.reactions or ():
            shared = place | {"kind": reaction.name, "message": message.ts}
            users = reaction.users or ()
            bots = {u for u in users if u in space.users and space.users[u].bot}
            people = [user for user in users if user not in bots]
            reactions += list_reactions(shared, people, reaction.count)
        if message.user_profile:
            guests = _read_strangers(space, group, message)
            strangers += [place | guest for guest in guests]
    yield from yield_rows(event=events, reaction=reactions, membership=strangers)


def _find_sender(message: Message) -> str | None:
    if message.subtype not in SPOKEN:
        return None
    own = message.comment.user if message.comment else None
    who = own or message.user or message.bot_id
    if who is None and message.subtype == "bot_message" and message.username:
        who = "bot_message"  # a hook of old, without an id
    return None if who == GHOST else who


def _read_strangers(
    space: Workspace, group: str, message: Message
) -> Iterator[dict[str, Any]]:
    """Yield memberships of people from other Slack workspaces, as guests."""
    profile, who = message.user_profile, message.user
    met = who in space.users or (group, who) in space.strangers
    if profile and who and not met:
        space.strangers.add((group, who))
        names = (profile.name, profile.display_name, profile.real_name)
        space.source.people.met(group, who, *names)
        yield {"person": who, "role": "guest", "rule": "slack.user_profile"}


NAME = "Slack export"
OBSERVES = replace(
    LEAST, members_source="roster", joins_observed=True, leaves_observed=True,
    reactions_observed=True, replies="explicit", births="creation", owner_known=True,
    roles_known=True, never_active_listed=True, resolution="microsecond",
)  # fmt: skip
OUTSIDE = {"dm": "direct", "mpim": "direct"}

LISTS = {
    "channels.json": "channel", "groups.json": "private", "mpims.json": "mpim",
    "dms.json": "dm",
}  # fmt: skip
# conversations about a canvas or another file, which are a part of no channel
_OF_FILES = (
    "file_conversations.json", "canvases.json", "canvas_in_the_conversation.json",
)  # fmt: skip
_OWN_FILES = frozenset(
    {
        *LISTS, *_OF_FILES, "users.json", "org_users.json", "integration_logs.json",
        "workspaces.json", "team.json", "emoji.json", "user_groups.json",
        "huddle_transcripts.json",
    }
)  # fmt: skip
_FILE_FOLDER = re.compile(r"FC:F\w+(?::|$)|FC_F\w+(?:_|$)")
ROWS = 10_000
OF_A_DAY = {"[].ts", "[].type", "[].user"}
_OF_A_DUMP = {"channel_id", "messages[].ts", "messages[].user"}
_DAY = re.compile(r"/\d{4}-\d\d-\d\d\.json$")
_PAGE = re.compile(
    r"(?:(?P<folder>.*)/)?"
    r"(?:(?P<page>\d{1,8})|(?P<of>\d{1,8})/\d{9,11}\.\d{1,6})\.json"
)
_USERS = msgspec.json.Decoder(list[User])
_CHANNELS = msgspec.json.Decoder(list[Channel])
T = TypeVar("T")


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
    root = listed.rpartition("/")[0]
    return f"{root}/" if root else ""


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every Slack channel, even without messages."""
    space = Workspace(source, _find_root(source.names), {})
    if not any(name.rpartition("/")[2] in LISTS for name in source.names):
        source.losses.noted("no list of channels: members are unknown", "", 0)
        source.observed |= {
            "members_source": "events", "owner_known": False, "births": "first_message",
            "never_active_listed": False, "left_truncated": True, "roles_known": False,
        }  # fmt: skip
    for name in ("users.json", "org_users.json"):
        for user in _read_list(space, name, _USERS):
            space.add(user)
    for name, sort in LISTS.items():
        for channel in _read_list(space, name, _CHANNELS):
            yield from _read_channel(space, channel, sort, space.root + name)
    yield from _read_unlisted(space)
    if not space.read:
        for name in (name for name in source.names if name.endswith(".json")):
            with source.carry_on():
                yield from _read_dump(space, name)


def _read_dump(space: Workspace, name: str) -> Iterator[Batch]:
    """Yield the records of a channel in slackdump's own layout."""
    is_list = space.source.head.keys(name) >= OF_A_DAY
    array = "" if is_list else "messages"
    dump = _Dump() if is_list else decode_envelope(space.source, name, _Dump, array)
    channel = Channel(id=dump.channel_id or space.source.stem, name=dump.name)
    yield from yield_listed(space, channel, "channel", name, None)
    for found, at in decode_elements(space.source, name, DECODER, array):
        pairs = list(zip(found, at, strict=True))
        answers = [(r, n) for m, n in pairs for r in m.slackdump_thread_replies or ()]
        if page := build_page(space, name, [*pairs, *answers], set()):
            yield from yield_messages(space, channel.id, [page])


# time, sender and text: where a file was damaged, two messages may have one time
_Said = tuple[str, str | None, str | None]


def build_page(
    space: Workspace, name: str, rows: Sequence[tuple[Message, int]], once: set[_Said]
) -> Page | None:
    """Return a page of messages without those of earlier pages."""
    fresh = []
    for message, position in rows:
        said = (message.ts, message.user, message.text)
        if said not in once:
            once.add(said)
            fresh.append((message, position))
    if not fresh:
        return None
    messages, positions = zip(*fresh, strict=True)
    for message in messages:
        if message.subtype is None and (message.text or "").startswith(_NOTICED):
            _restore_subtype(message, space.source)
    copies = [m.thread_ts is not None and space.copied(m) for m in messages]
    return Page(name, messages, positions, copies)


def _read_list(
    space: Workspace, name: str, decoder: msgspec.json.Decoder[list[T]]
) -> Iterator[T]:
    """Yield the entries of a Slack list file; nothing if it is missing."""
    if space.root + name in space.source.names:
        place = space.root + name
        for values, _ in decode_elements(space.source, place, decoder, ""):
            yield from values


def _read_unlisted(space: Workspace) -> Iterator[Batch]:
    """Yield the records of Slack channel folders that no list names."""
    names = space.source.names
    folders = {name.rpartition("/")[0] for name in names if _DAY.search(name)}
    folders |= {match["folder"] or "" for match in map(_PAGE.fullmatch, names) if match}
    of_files = set(_list_file_folders(space))
    for folder in sorted(folders - space.read):
        name = folder.rpartition("/")[2] or space.source.stem
        if name in of_files or _FILE_FOLDER.match(name):
            _count_comments(space, folder)
            continue
        space.source.losses.noted("channel in no list", f"{folder}/", 0)
        channel = Channel(id=name)
        yield from _read_channel(space, channel, "channel", f"{folder}/", {folder})


def _list_file_folders(space: Workspace) -> Iterator[str]:
    """Yield the folders of conversations about files, which are no channels."""
    for name in _OF_FILES:
        for channel in _read_list(space, name, _CHANNELS):
            yield from filter(None, (channel.id, channel.name))


def _count_comments(space: Workspace, folder: str) -> None:
    """Note the number of comments on a file, which are excluded."""
    pages = _read_pages(space, _list_days(space.source.names, {folder}))
    if comments := sum(len(page.found) for page in pages):
        space.source.losses.noted(OF_FILE, f"{folder}/", 0, comments)


def _list_days(names: Iterable[str], folders: set[str]) -> list[str]:
    """List a channel's files: of days, of numbered pages, and of their threads."""
    days = [name for name in names if name.rpartition("/")[0] in folders]
    matches = [match for match in map(_PAGE.fullmatch, names) if match]
    pages = [match for match in matches if (match["folder"] or "") in folders]
    numbers = {match[0]: int(match["page"] or match["of"]) for match in pages}
    own = {*days, *numbers}
    return sorted(own, key=lambda name: (numbers.get(name, 0), len(name), name))


def _read_pages(space: Workspace, days: Sequence[str]) -> Iterator[Page]:
    """Yield a channel's pages; one that breaks off is not to cost those behind it."""
    once: set[_Said] = set()
    for name in days:
        space.before, space.today = space.today, set()
        seen = once if _PAGE.fullmatch(name) else set[_Said]()
        with space.source.carry_on():
            for decoded in decode_elements(space.source, name, DECODER, ""):
                rows = list(zip(*decoded, strict=True))
                if page := build_page(space, name, rows, seen):
                    yield page


def _gather_days(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Collect files of single days into batches of at least `ROWS` messages."""
    batch, rows = list[Page](), 0
    for page in pages:
        batch.append(page)
        rows += len(page.found)
        if rows >= ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _read_channel(
    space: Workspace,
    channel: Channel,
    sort: str,
    file: str,
    own: set[str] | None = None,
) -> Iterator[Batch]:
    named = {space.root + folder for folder in (channel.name, channel.id) if folder}
    folders = own or named
    space.read |= folders
    days = _list_days(space.source.names, folders)
    pages = (match["page"] for match in map(_PAGE.fullmatch, days) if match)
    note_gaps(space.source.losses, [int(page) for page in pages if page], file)
    first, archived, replies = None, None, 0
    for batch in _gather_days(_read_pages(space, days)):
        first = first or _parse_timestamp(batch[0].found[0].ts)
        found = [message for page in batch for message in page.found]
        replies += sum(m.reply_count for m in found if m.thread_ts)
        replies -= sum(m.thread_ts not in {None, m.ts} for m in found)
        for message in (m for m in found if m.subtype):
            if (message.subtype or "").endswith("_archive"):
                archived = _parse_timestamp(message.ts)
        yield from yield_messages(space, channel.id, batch)
    if replies > 0:
        space.source.losses.noted(REPLIES_MISSING, file, 0, replies)
    closed = archived if channel.is_archived else None
    yield from yield_listed(space, channel, sort, file, closed)
    created_us = _read_creation_time(channel)
    if first and created_us and first - created_us > DAY_US:
        space.source.observed["left_truncated"] = True
        space.source.losses.noted("first message long after creation", file, 0)


def yield_listed(
    space: Workspace, channel: Channel, sort: str, file: str, closed: int | None
) -> Iterator[Batch]:
    """Yield the record of a Slack channel, and its listed members."""
    members = channel.members or []
    bots = {m for m in members if m in space.users and space.users[m].bot}
    place = {"group": channel.id, "file": file, "position": 1}
    row = {
        "label": channel.name, "network": "slack", "platform": "slack", "kind": sort,
        "created_us": _read_creation_time(channel), "owner": channel.creator or None,
        "member_count": len(members) - len(bots), "closed_us": closed,
        "closed_kind": "archived" if channel.is_archived else None,
    }  # fmt: skip
    listed = [
        place | {
            "person": member, "bot": member in bots, "rule": "slack.members",
            "role": "creator" if member == channel.creator else None,
        }
        for member in members
    ]  # fmt: skip
    space.meet(channel.id, members)
    yield from yield_rows(group=[place | row], membership=listed)
