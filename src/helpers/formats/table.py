"""Read tables of messages: CSV, JSON, JSON Lines or Parquet, one row per message.

Columns called ``time``, ``sender``, ``text``, ``group``, ``id``, ``reply_to``,
``kind``, ``topic`` and ``bot``, or by a usual other name, are taken in any case;
`Options.columns` maps these names to others.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import chain, compress, islice, permutations, product, repeat
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.errors import BrokenFileError, UnknownFormatError
from helpers.files import read_own_rows
from helpers.formats.json.json_stream import decode_blocks, decode_json_lines
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.dates import Clock
from helpers.formats.reading.envelopes import list_facts
from helpers.formats.reading.outside_lists import ROUNDED_ID, clean_cell
from helpers.formats.reading.source import LEAST, Head, Source, Weight
from helpers.formats.reading.tabular import Rows, group_rows, read_header, read_tables
from helpers.formats.rows.clock import MONTH_NAMES
from helpers.formats.rows.columns import build_messages, yield_rows
from helpers.formats.rows.events import YOU, Event, Known, load_grammar
from helpers.formats.rows.frame import DIRECT
from helpers.formats.rows.losses import BY_NAMES, ROUNDED
from helpers.formats.rows.people import is_nobody, names_app, to_name_id
from helpers.formats.rows.placeholders import split_placeholders
from helpers.formats.rules.documents import (
    DECODER,
    find_chat_kind,
    open_replies,
    take_first,
    take_first_lines,
)
from helpers.formats.rules.headers import (
    COLUMNS,
    NEEDED,
    TELLING,
    find_kind,
    find_named,
    list_missing,
    list_names,
    map_columns,
    normalise_name,
    score_name,
)
from helpers.formats.rules.hooks import discord, slack
from helpers.formats.rules.paths import fill
from helpers.formats.rules.programs import load_program
from helpers.formats.rules.roles import (
    EMPTY,
    SAMPLE,
    find_other,
    find_roles,
    join_words,
)
from helpers.formats.wechat import wechat
from helpers.records import Batch, from_rows
from helpers.wording import say

_SHORTEST = 5  # digits of an id beside which 0 is nobody's
_EXACT = 15  # digits of a number that spreadsheets keep
_SEPARATORS = ",;\t|"
_THREE_CELLS = re.compile(r"(?:[^\s,;|].*?[,;\t|].*?){2}[^\s,;|]")
_TOLD = ("time", "sender", "sender_id", "text", "kind", "group_id")  # by what they hold
_NAMED = {one.replace("_", "") for one in COLUMNS}  # as the guide does
_TIMES = ("time", "dates")  # roles of columns
_TITLES = 10  # lines in which the names of columns stand
_ZONE = re.compile(r"(?i)[(（\[【]\s*([\w/+-]+)\s*[)）\]】]\s*$|[_\s](utc|gmt)$")
_BEIJING = "北京时间"
_WITH_ID = re.compile(r"([A-Za-z][\w-]{5,30}):\n(.*)", re.DOTALL)


def _find_zone(name: str) -> str | None:
    """Return the time zone that the name of a column states."""
    if (match := _ZONE.search(name)) is None:
        return None
    zone = match[1] or match[2]
    with suppress(ValueError, OSError, KeyError):
        zone = "Asia/Shanghai" if zone == _BEIJING else zone
        return ZoneInfo(zone.upper() if "/" not in zone else zone).key
    return None


class Grid(NamedTuple):
    """How a file of cells is laid out."""

    separator: str  # what stands between two fields
    skipped: int  # lines before the columns' names
    names: tuple[str, ...]  # maybe not in the file


@lru_cache(maxsize=4)  # who detects a file also reads it
def _detect_layout(text: str) -> Grid:
    """Detect separator and header of CSV text from its first lines."""
    lines = text.lstrip("\ufeff").split("\n")[:_TITLES]
    layouts = []
    for separator, (at, line) in product(_SEPARATORS, enumerate(lines)):
        names = read_header(line, separator)
        layouts.append(Grid(separator, at, names))
    wide = [one for one in layouts if len(one.names) >= len(NEEDED)]
    dated = [one for one in wide if any(find_named(own, one.names) for own in _TIMES)]
    known = [one for one in dated if map_columns(one.names).keys() >= NEEDED]
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    return max(
        [one for one in known if _has_titles(lines[: one.skipped], one)]
        or [one for one in layouts if one.skipped == first],
        key=lambda one: (-one.skipped, len(one.names)),
    )


def _has_titles(lines: Sequence[str], below: Grid) -> bool:
    """Return whether lines have a title and a value each, or fewer facts than a row."""
    named = "text" in map_columns(below.names)
    cells = (sum(map(bool, read_header(one, below.separator))) for one in lines)
    return not any(map(_THREE_CELLS.search, lines)) or (
        named and all(n < len(below.names) - 1 for n in cells)
    )


def list_cells(text: str, layout: Grid) -> set[str]:
    r"""Return the cells below the header of CSV text.

    >>> sorted(list_cells("who,what\nann,hi\n", _detect_layout("who,what\n")))
    ['ann', 'hi']
    """
    lines = text.lstrip("\ufeff").split("\n")[layout.skipped + 1 :]
    try:
        return {*chain.from_iterable(csv.reader(lines, delimiter=layout.separator))}
    except csv.Error:
        return set()


def find_dates_of_groups(names: Iterable[str]) -> tuple[str, str] | None:
    """Return the columns of founding and last message, if a list of groups has them.

    >>> find_dates_of_groups(["name", "Founded", "last message"])
    ('Founded', 'last message')
    """
    found = {name.strip().strip("\ufeff").lower(): name for name in names}
    known = read_own_rows("own_groups", "group_list.toml")["columns"]
    born, last = (
        next((found[name] for name in known[role] if name in found), None)
        for role in ("born", "last")
    )
    return None if born is None or last is None else (born, last)


Columns = Mapping[str, Sequence[Any]]

# a day, or a number since 1970, in a column of times
_WHOLE = re.compile(
    rf"\d{{4}}\s*[-/.年년]|\d[-/.]\d{{1,2}}[-/.]\d{{4}}|^\d{{9,}}|(?i:{MONTH_NAMES})"
)


NAME = "table of messages"
OBSERVES = replace(LEAST, left_truncated=True)
SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet")
_DELIMITED = (".csv", ".tsv", ".txt")  # Excel's Unicode text is a .txt
_FIRST_LINE = 200  # characters in which WeQ, a program for QQ, names its columns
LONGEST_NAME = 40  # of a column
_JSON_VALUE = re.compile(r'"((?:[^"\\]++|\\.)*+)"(?!\s*:)')
_DAMAGE = (pa.ArrowException, OSError, UnicodeDecodeError)
_FALSE = {"", "0", "0.0", "false", "no", "none", "null", "nan", "否", "f", "n"}
_NOTHING = {"", "none", "null", "nan"}
_TWO = 2
# ids of chats of two: WhatsApp's, Slack's
_OF_TWO = re.compile(r"@(?:c\.us|s\.whatsapp\.net|lid|broadcast)$|^D0[A-Z0-9]{7,9}$")
_NUMBERS = read_own_rows("formats", "table_columns.toml")["numbers"]
_YES = {"1", "1.0", "t", "y", "true", "yes", "是"}
_BOT = re.compile(TELLING["bot"])  # among kinds of senders
_FLAGS = _FALSE | _YES
_OWN = {"1", "true", "yes", "outgoing", "sent", "out", "send", "是", "发送", "发出"}


class Table(NamedTuple):
    """A table of messages: its rows in blocks, and which column is what."""

    blocks: Callable[[], Iterator[Rows]]
    columns: Callable[[Iterable[str]], dict[str, tuple[str, ...]]]
    is_named: bool = False  # which column is what, by usual names

    def open(self) -> Iterator[Rows]:
        """Yield the blocks, of which a short one lacks no column of those before."""
        known = dict.fromkeys(chain.from_iterable(self.columns(()).values()))
        for columns, position in self.blocks():
            known |= dict.fromkeys(columns)
            none = [None] * len(position)
            every = {key: columns.get(key, none) for key in known if position}
            yield Rows(every, position)


def has_signature(head: Head) -> bool:
    """Detect a message table by its columns of times and senders."""
    if len(head.names) != 1 or not head.names[0].lower().endswith(SUFFIXES):
        return False
    name, user_columns = head.names[0].lower(), head.options.columns
    if name.endswith(_DELIMITED):
        return _is_message_table(_detect_layout(head.start).names, user_columns)
    if name.endswith(".parquet"):
        return True  # its columns stand at its end; reading says if any is missing
    is_list = head.start.lstrip().startswith("[")
    if is_list and head.keys() >= slack.OF_A_DAY:
        return False  # a day of a workspace, in which types tell notices
    keys = head.top_keys if is_list or head.has_lines else []
    if not _is_message_table(keys, user_columns) or "_type" in keys:
        return False
    prefixes = [f"{column}." for column in map_columns(keys, user_columns)["sender"]]
    paths = {path.removeprefix("[].") for path in head.paths}
    inner = [
        path.removeprefix(own)
        for own in prefixes
        for path in paths
        if path.startswith(own)
    ]
    return not inner or any(_find_fields(tuple(sorted(inner)))[:2])


def describe_missing(
    where: str, missing: Sequence[str], names: Sequence[str]
) -> UnknownFormatError:
    """Return the error for columns that a user names and the table does not have."""
    return UnknownFormatError(
        # a report on exports leaves out what stands behind "the columns"
        say(
            "has no column {missing}, but the columns {names}",
            missing=", ".join(missing),
            names=", ".join(names),
        ),
        where=where,
        remedy=say("take the table's own names with --columns time=…,sender=…"),
    )


def list_columns(head: Head) -> list[str]:
    """List the columns of a file that is a table by its name.

    A first line with digits, with long cells or with cells that stand below it again
    may be a message, and is not told.
    """
    name = head.names[0].lower() if len(head.names) == 1 else ""
    if name.endswith(_DELIMITED):
        layout = _detect_layout(head.start)
        names, values = list(layout.names), list_cells(head.start, layout)
    else:
        names = head.top_keys
        values = {*_JSON_VALUE.findall(head.start)}
    is_header = len(names) > 1 and all(
        len(cell) <= LONGEST_NAME
        and not any(map(str.isdigit, cell))
        and cell not in values
        for cell in names
    )
    return names if is_header and name.endswith(SUFFIXES) else []


def _is_message_table(
    names: Sequence[str], user_columns: Mapping[str, str] | None
) -> bool:
    """Return whether the columns are those of a table of messages."""
    if len(names) < len(NEEDED) or list_missing(names, user_columns):
        return False  # nothing else is taken for a column that the user names
    own_columns = map_columns(names, user_columns).keys()
    return own_columns >= NEEDED and (
        "text" in own_columns or bool(user_columns) or set(names) >= NEEDED
    )


def weight(_: Head) -> Weight:
    """Return weak evidence for a message table: other formats may share its columns."""
    return Weight()


def read(source: Source) -> Iterator[Batch]:
    """Yield the messages of a table, and one record per group."""
    platform = "qq" if "发送者QQ" in source.head.start[:_FIRST_LINE] else "table"
    yield from read_rows(source, open_table(source), platform)


def open_table(source: Source) -> Table:
    """Open a file as a table whose columns have usual names, or stated ones."""
    stated = source.options.columns
    roles = find_roles(_take_sample(source), stated)
    found = roles.columns if roles else {}
    told = {role: found[role] for role in _TOLD if role in found}

    def find_columns(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        columns = map_columns(names, stated) | told
        return {own: theirs for own, theirs in columns.items() if theirs}

    return Table(lambda: _read_blocks(source, source.name), find_columns, is_named=True)


def _take_sample(source: Source) -> Mapping[str, Sequence[Any]]:
    """Return the first rows of a text; of a file of columns, none."""
    start, name = source.head.start, source.name.lower()
    if name.endswith(".parquet"):
        return {}
    if name.endswith(_DELIMITED):
        return take_cells(start, _detect_layout(start)._replace(names=()))
    is_array = start.lstrip().startswith("[")
    rows = take_first(source, "") if is_array else take_first_lines(source)
    return _build_columns(rows)


def take_cells(text: str, grid: Grid) -> Mapping[str, Sequence[str]]:
    """Return the first rows of a text of cells."""
    lines = text.lstrip("\ufeff").split("\n")[grid.skipped :]
    rows = list[list[str]]()
    with suppress(csv.Error):  # whoever reads it says so
        rows += islice(csv.reader(lines, delimiter=grid.separator), SAMPLE)
    rows = [row for row in rows if row]
    names = grid.names or tuple(rows.pop(0) if rows else ())
    rows = [row for row in rows if len(row) == len(names)]
    return dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}


def read_rows(source: Source, table: Table, platform: str) -> Iterator[Batch]:
    """Yield the messages of rows, and one record per group."""
    labels, moves = dict[str, str](), dict[str, str]()
    chats = dict[str, Chat]()

    def list_times() -> Iterator[Sequence[Any]]:
        for rows in table.open():
            yield _rename_columns(table, rows.columns, clock)["time"]

    clock = Clock(source, list_times)
    key, name, chat_kind = _name_group(source)
    for opened in table.open():
        rows = _open_objects(source, table, opened)
        if not rows.columns and not rows.position:
            continue  # nothing of the block could be decoded; its losses are entered
        columns = _part_words(_rename_columns(table, rows.columns, clock))
        _check_columns(source, rows, columns)
        if chat_kind:
            columns = {"chat_kind": [chat_kind] * len(rows.position), **columns}
        is_discord = rows.columns.keys() >= set(discord.CSV_COLUMNS)
        platform = "discord" if is_discord else platform
        if not labels:
            _note_doubts(source, table, rows, platform)
        own, cells = _read_messages(
            source, columns, rows.position, clock, key, moves=moves
        )
        labels |= _label_groups(own, columns, key, name)
        yield from _build_records(
            source, chats, own, cells, columns=columns, is_discord=is_discord
        )
    row = {"network": "table", "platform": platform, "kind": "group", "position": 1}
    row["file"] = source.name
    named = [{"group": group, "label": labels[group]} for group in sorted(labels)]
    yield from_rows("group", [row | one for one in named])


def _build_records(
    source: Source, chats: dict[str, Chat], own: str | list[str],
    cells: Mapping[str, Any], *, columns: Columns, is_discord: bool,
) -> Iterator[Batch]:  # fmt: skip
    """Yield the messages of rows, and the events in notices among them."""
    if is_discord:
        yield from _restore_notices(
            build_messages(file=source.name, group=own, **cells)
        )
    elif None in cells["sender"] or source.endings or "deleted" in columns:
        yield from _read_notices(source, chats, own, cells)
    else:
        yield build_messages(file=source.name, group=own, **cells)


def _note_doubts(source: Source, table: Table, rows: Rows, platform: str) -> None:
    """Note what is maybe no chat, and columns that neither user nor guide names."""
    if other := find_other(rows.columns):
        source.losses.noted(other, source.name, 0, len(rows.position))
    taken = {*chain.from_iterable(table.columns(rows.columns).values())}
    taken -= {*(source.options.columns or {}).values()}
    is_usual = _NAMED.issuperset(map(normalise_name, taken))
    if table.is_named and platform == "table" and not is_usual:
        source.losses.noted(BY_NAMES, source.name, 0, 1)


def _check_columns(source: Source, rows: Rows, columns: Columns) -> None:
    stated = list_missing(rows.columns, source.options.columns)
    if stated and "json" not in source.name.lower().rpartition(".")[2]:
        raise describe_missing(str(source.path), stated, list(rows.columns))
    if missing := NEEDED - columns.keys():
        what = say("has no column for {names}", names=", ".join(sorted(missing)))
        remedy = say("name your columns with --columns time=…,sender=…")
        raise BrokenFileError(what, where=str(source.path), remedy=remedy)


def _part_words(columns: Columns) -> Columns:
    """Return columns with the ids that WeChat keeps above words as senders."""
    texts = _list_texts(columns.get("text")) or []
    if "wxid_" not in "\n".join(filter(None, texts)):
        return columns  # as nearly always
    found = [_WITH_ID.fullmatch(text or "") for text in texts]
    ids = {match[1] for match in found if match}
    senders = zip(columns.get("sender", ()), found, strict=False)
    pairs = {(own, match[1]) for own, match in senders if match}
    who = {own for own, _ in pairs}
    is_told = len(who) * 2 > len(ids)  # by own ids, else what stands above is none
    is_none = not any(one.startswith("wxid_") for one in ids)
    if is_none or (is_told and len(pairs) > len(who)):
        return columns
    words = [one[2] if one else text for one, text in zip(found, texts, strict=True)]
    if is_told:
        return {**columns, "text": words}
    new = {"sender": [one and one[1] for one in found], "text": words}
    return {role: columns[role] for role in columns if role != "sender_id"} | new


def _label_groups(
    groups: str | Sequence[str], columns: Columns, key: str, name: str
) -> dict[str, str]:
    """Return what groups are called: by the last name beside an id, else themselves."""
    if isinstance(groups, str):
        return {groups: name if groups == key else groups}
    names = _list_texts(columns.get("group")) or groups
    pairs = dict(zip(groups, names, strict=True))
    return {k: name if k == key else label or k for k, label in pairs.items()}


def _rename_columns(
    table: Table, columns: Mapping[str, Sequence[Any]], clock: Clock
) -> dict[str, Sequence[Any]]:
    """Rename a table's columns to standard names; join date and time."""
    renamed: dict[str, Sequence[Any]] = {}
    for own, theirs in table.columns(columns).items():
        renamed[own], *hours = (columns[name] for name in theirs)
        if own == "kind" and (finer := find_named("subtype", columns)):
            pairs = zip(renamed[own], _list_texts(columns[finer]) or (), strict=True)
            renamed[own] = [two if find_kind(two) else one for one, two in pairs]
        if own == "time":
            clock.zone = _find_zone(theirs[-1])
            others = [k for k in columns if k not in theirs and score_name(own, k)]
            renamed[own] = fill([*columns[k]] for k in (theirs[0], *others))
        if hours:
            pairs = zip(renamed[own], hours[0], strict=True)
            renamed[own] = [_join_time(day, time) for day, time in pairs]
    return renamed


def _join_time(day: object, clock: object) -> str:
    """Join a day and a time of day, unless the time has its own day."""
    time = "" if clock is None else str(clock).strip()
    return time if _WHOLE.search(time) else f"{day or ''} {time}".strip()


def _read_messages(
    source: Source, columns: Mapping[str, Sequence[Any]], position: Sequence[int],
    clock: Clock, own: str, *, moves: dict[str, str],
) -> tuple[str | list[str], dict[str, Any]]:  # fmt: skip
    """Return the groups of a table's rows, and its columns as records have them."""
    listed = _list_ids(columns.get("group_id", columns.get("group")))
    # what has no group, but those whom it was sent to, is of none
    said = chain(
        *(_list_texts(columns.get(one)) or () for one in ("kind", "chat_kind"))
    )
    told = {str(one).lower() for one in {*said}}
    rows = list[tuple[str | None, Any]]()
    if listed and None in listed:
        rows += zip(listed, columns["sender"], strict=True)
    apart = [str(who) for key, who in rows if who and not key]  # what two wrote aside
    is_few = 0 < _TWO * len(apart) < len(rows) and len({*apart}) <= _TWO
    is_direct = is_few or not told.isdisjoint(list_names("private"))
    is_direct |= "recipients" in columns
    other = f"{DIRECT}{own}" if is_direct else own
    only = {*filter(None, listed or ())}
    # what nobody wrote, such as a row on the group itself, is of the only group
    nobodys = only.pop() if len(only) == 1 and not is_direct else other
    groups: str | list[str]
    groups = [key or (other if who else nobodys) for key, who in rows]
    groups = groups or cast("list[str] | None", listed) or own
    groups = _join_moved(_part_direct(groups, columns), columns, moves)
    sender: Sequence[str | None] = _identify_senders(source, columns, groups)
    if "text" not in columns:
        source.observed["text"] = False
    if "reply_to" in columns:
        source.observed["replies"] = "explicit"
    none: Sequence[str | None] = [None] * len(position)
    kinds, texts = _classify_kinds(columns, _list_texts(columns.get("text")) or none)
    sender = _fill_own(sender, columns, kinds)
    names = _list_texts(columns["sender"]) or []
    apps = {name for name in set(names) if name and names_app(name)}
    flags = _list_flags(columns.get("system"), _YES.__contains__)
    if apps:
        flags = [name in apps for name in names]
    deleted = _list_flags(columns.get("deleted"))
    kinds = _mark_rows(_mark_rows(kinds, "recalled", deleted), "system", flags)
    if "system" in kinds:
        pairs = zip(sender, kinds, strict=True)
        sender = [None if kind == "system" else who for who, kind in pairs]
    # a number among others is a kind of sender
    is_flag = {str(one).strip().lower() for one in columns.get("bot", ())} <= _FLAGS
    is_bot = _YES.__contains__ if is_flag else _BOT.fullmatch
    return groups, {
        "position": position, "time_us": clock.times(columns["time"]),
        "sender": sender, "kind": kinds, "text": texts,
        "id": _drop_rounded(source, columns.get("id"), position),
        "reply_to": _drop_rounded(source, columns.get("reply_to"), position),
        "topic": _list_texts(columns.get("topic")),
        "bot": _list_flags(columns.get("bot"), is_bot),
    }  # fmt: skip


def _part_direct(groups: str | list[str], columns: Columns) -> str | list[str]:
    """Return groups with a mark before chats of two, by a column or by their ids.

    More than two writers make a group, whatever a column calls private.
    """
    who = _list_ids(columns.get("sender_id", columns["sender"])) or []
    each = [groups] * len(who) if isinstance(groups, str) else groups
    wrote = dict[str, set[str]]()
    for group, one in set(zip(each, who, strict=True)):
        wrote.setdefault(group, set()).update(filter(None, [one]))
    told = {*compress(each, _say_direct(columns))}
    few = {group: people for group, people in wrote.items() if len(people) <= _TWO}
    direct = {*filter(_OF_TWO.search, wrote), *(told & few.keys())}
    pairs = {group: [*permutations(people, _TWO)] for group, people in few.items()}
    direct |= {g for g in few if g in map("".join, pairs[g])}  # Rocket.Chat's ids
    return [f"{DIRECT}{g}" if g in direct else g for g in each] if direct else groups


def _say_direct(columns: Columns) -> list[bool]:
    """Return which rows a column says to be of a chat of two."""
    words = {*list_names("private")}
    kinds = [str(one).strip().lower() for one in columns.get("chat_kind", ())]
    if {"1", "2"} <= {*kinds} and "0" not in kinds:
        words.add("1")
    flags = _list_flags(columns.get("is_group"), (_FALSE - _NOTHING).__contains__)
    return flags or [kind in words for kind in kinds]


def _join_moved(
    groups: str | list[str], columns: Columns, moves: dict[str, str]
) -> str | list[str]:
    """Return groups, with the first id of those that moved to another one."""
    before = _list_texts(columns.get("moved_from")) or []
    pairs = zip(groups, before, strict=False)
    moves |= {one: moves.get(old, old) for one, old in pairs if old}
    return [moves.get(one, one) for one in groups] if moves else groups


def _name_group(source: Source) -> tuple[str, str, str | None]:
    """Return a table's group: its envelope's id, name and kind, else the file's."""
    facts = list_facts(source.read_around()) if source.inside else {}
    said = {normalise_name(key): fact for key, fact in facts.items()}
    usual = ("group", *list_names("envelope")[1:], *list_names("group"))
    group = next((said[one] for one in usual if one in said), source.chat_name)
    name = next((said[one] for one in ("title", "name") if one in said), group)
    return group, name, find_chat_kind(facts)


def _mark_rows(
    kinds: str | list[str], kind: str, flags: Sequence[bool] | None
) -> str | list[str]:
    """Return kinds of rows, with another of those that are marked."""
    if not flags:
        return kinds
    told = [kinds] * len(flags) if isinstance(kinds, str) else kinds
    return [kind if is_so else k for is_so, k in zip(flags, told, strict=True)]


def _list_flags(
    values: Iterable[Any] | None,
    says: Callable[[str], object] = lambda word: word not in _FALSE,
) -> list[bool] | None:
    """Return which cells say yes, in a word, or by a time at which it was so."""
    return [bool(says(str(one).strip().lower())) for one in values or ()] or None


def _fill_own(
    sender: Sequence[str | None], columns: Columns, kinds: str | Sequence[str]
) -> Sequence[str | None]:
    """Return senders, with the exporter where a column says so and none is named."""
    own = _list_texts(columns.get("own", columns.get("kind"))) or []
    if None not in sender or not any(map(_is_own, own)):
        return sender
    told = [kinds] * len(own) if isinstance(kinds, str) else kinds
    rows = zip(sender, own, told, strict=True)
    return [
        to_name_id(YOU) if who is None and kind != "system" and _is_own(one) else who
        for who, one, kind in rows
    ]


def _is_own(cell: str | None) -> bool:
    return (cell or "").strip().lower() in _OWN


def _read_notices(
    source: Source, chats: dict[str, Chat], group: str | list[str],
    cells: Mapping[str, Any],
) -> Iterator[Batch]:  # fmt: skip
    """Yield rows, and the events in WeChat's or QQ's own lines without a sender."""
    size = len(cells["position"])
    for own, at in group_rows([group] * size if isinstance(group, str) else group):
        if own not in chats:
            chats[own] = Chat(
                source, source.name, own, _parse_event, "".__eq__, by_words=True
            )
        part = {name: _take(column, at) for name, column in cells.items()}
        chats[own].names((who, who) for who in set(part["sender"]))
        yield from chats[own].batches(**part)


def _parse_event(text: str, known: Known) -> Event | None:
    """Return the group event in a line of WeChat's or QQ's own."""
    return wechat.parse_event(text, known) or load_grammar("qq").match(text, known)


def _take(column: Any, at: Sequence[int]) -> Any:  # noqa: ANN401  any column
    if column is None or isinstance(column, str):  # one value for all
        return column and [column] * len(at)
    if isinstance(column, pa.Array):
        return column.take(at)
    return [column[row] for row in at]


def _restore_notices(batch: Batch) -> Iterator[Batch]:
    """Yield messages without DiscordChatExporter's notices, and the events in these."""
    texts, senders = (batch.table[name].to_pylist() for name in ("text", "sender"))
    types = [*map(load_program("discord").find_type, texts)]
    kinds = [kind and "system" for kind in types]
    old = {name: batch.table[name] for name in ("kind", "sender")}
    plain = {name: column.cast(pa.string()) for name, column in old.items()}
    is_notice = pa.array([kind is not None for kind in kinds])
    new = {
        "kind": pc.coalesce(pa.array(kinds, pa.string()), plain["kind"]),
        "sender": pc.if_else(is_notice, None, plain["sender"]),
    }
    for name, column in new.items():
        batch = batch.with_column(name, column.cast(old[name].type))
    yield batch
    place = batch.table.select(["group", "file", "position", "time_us"]).to_pylist()
    rows = zip(place, types, texts, senders, strict=True)
    events = [
        row | discord.describe_notice(kind, text, who)
        for row, kind, text, who in rows
        if kind is not None
    ]
    yield from yield_rows(event=events)


def _classify_kinds(
    columns: Columns, texts: Sequence[str | None]
) -> tuple[str | list[str], Sequence[str | None]]:
    """Return kinds of rows, by words in brackets and columns, and the texts besides."""
    worded = ["text"] * len(texts)
    if any(map(str.startswith, filter(None, texts), repeat(("[", "!")))):
        told, texts = split_placeholders(texts)
        worded = ["system" if one == "poke" else one for one in told]  # no message
    elif "kind" not in columns and "attachment" not in columns:
        return "text", texts
    none = [None] * len(texts)
    words = _read_numbers(_list_texts(columns.get("kind")) or none, texts)
    known = {word: find_kind(word) for word in set(words)}
    spoken = {word for word, text in zip(words, texts, strict=True) if text}
    # who sent what is of a type without words in any row has acted
    acts = {*known} - spoken - {None} if spoken else set()
    sent = _list_flags(columns.get("attachment")) or none
    rows = zip(words, texts, sent, worded, columns["sender"], strict=True)
    kinds = [
        known[word]
        or (kind if text or kind != "text" else "file" if with_file else None)
        or ("other" if who and word in acts else kind)
        for word, text, with_file, kind, who in rows
    ]
    return kinds, texts


def _read_numbers(
    words: Sequence[str | None], texts: Sequence[str | None]
) -> Sequence[str | None]:
    """Return types of rows, with a word for numbers of what a program itself told."""
    counts = Counter(filter(None, words))
    if not counts or counts.most_common(1)[0][0] != "0":
        return words
    is_discord = _NUMBERS["answer"] in counts
    own = _NUMBERS["discord" if is_discord else "any"]
    rows = zip(words, texts, strict=True)
    return [
        "system" if one in own and (is_discord or not text) else one
        for one, text in rows
    ]


def _identify_senders(
    source: Source, columns: Columns, groups: str | Sequence[str]
) -> list[str | None]:
    """Return who sent each row, by id where the table has one, and note the names."""
    names = _list_texts(columns["sender"]) or []
    ids = _list_ids(columns.get("sender_id")) or names
    distinct = sorted(set(filter(None, ids)))
    if _are_rounded(distinct, len(set(names))):
        what = say("has ids of senders that a spreadsheet rounded")
        remedy = say(
            "export it again and do not save it in a spreadsheet, or import"
            " the column of ids as text"
        )
        raise BrokenFileError(what, where=str(source.path), remedy=remedy)
    empty = {"0", "-1"} if ids is not names else set[str]()
    if any(len(one) < _SHORTEST for one in distinct if one not in empty):
        empty = set()  # ids that count from zero
    named = set(distinct)  # whose name is not that of nobody
    if ids is not names:
        pairs = set(zip(ids, names, strict=True))
        named = {str(who) for who, name in pairs if not (name and is_nobody(name))}
    empty |= {one for one in distinct if is_nobody(one) or one not in named}
    people = {one: None if one in empty else one for one in (None, *distinct)}
    source.people.mentioned(*(n for n in set(names) if n and not is_nobody(n)))
    own = [groups] * len(ids) if isinstance(groups, str) else groups
    for group, who, name in set(zip(own, ids, names, strict=True)):
        if people[who] and name and not is_nobody(name):
            source.people.met(group, str(who), name)
    return [people[one] for one in ids]


def _are_rounded(ids: Sequence[str], names: int) -> bool:
    """Return whether a spreadsheet wrote ids with an exponent, or cut their digits."""
    if any(map(ROUNDED_ID.fullmatch, ids)):
        return True
    long = [one for one in ids if one.isdecimal() and len(one) > _EXACT + 1]
    is_cut = bool(long) and not any(one[_EXACT:].strip("0") for one in long)
    return is_cut and (len(long) > 1 or names > 1)


def _drop_rounded(
    source: Source, values: Sequence[Any] | None, position: Sequence[int]
) -> list[str | None] | None:
    """Return ids of messages without those that a spreadsheet rounded."""
    ids = _list_ids(values)
    odd = {one for one in ids or () if one and not one.isdecimal()}
    rounded = {*filter(ROUNDED_ID.fullmatch, odd)}
    if not ids or not rounded:
        return ids
    lost = [at for at, one in enumerate(ids) if one in rounded]
    source.losses.noted(ROUNDED, source.name, position[lost[0]], len(lost))
    return [None if one in rounded else one for one in ids]


def _list_ids(values: Sequence[Any] | None) -> list[str | None] | None:
    """Return ids without the marks that protect them from spreadsheets."""
    ids = _list_texts(values)
    if not any(map(str.startswith, filter(None, ids or ()), repeat(("'", "=")))):
        return ids
    return [one and clean_cell(one) for one in ids or ()]


def _list_texts(values: Sequence[Any] | None) -> list[str | None] | None:
    if values is None:
        return None
    if {*map(type, values)} == {str}:
        return [value or None for value in values] if "" in values else list(values)
    return [None if value in EMPTY else str(value) for value in values]


def _read_blocks(source: Source, name: str) -> Iterator[Rows]:
    if name.lower().endswith(".parquet"):
        yield from _read_parquet(source, name)
    elif name.lower().endswith(_DELIMITED):
        form = _detect_layout(source.head.start)
        yield from read_tables(source, name, form.separator, form.skipped)
    else:
        decoded: Iterator[tuple[Any, ...]] = decode_json_lines(source, name, DECODER)
        if source.head.start.lstrip().startswith("["):
            decoded = decode_blocks(source, name, DECODER, "")
        for values, positions, *_ in decoded:
            rows, lines = open_replies(values, positions)
            yield Rows(_build_columns(rows) if rows else {}, lines)


def _open_objects(source: Source, table: Table, rows: Rows) -> Rows:
    """Replace objects in used columns by the words, the name and the id within them.

    Written out as text, an object would hold names that nothing masks. Rows whose
    sender is an object without name and id are recorded as lost.
    """
    named = table.columns(rows.columns)
    columns, lost = dict(rows.columns), set[int]()
    for own, (*_, theirs) in named.items():
        cells, more = columns[theirs], dict[str, list[Any]]()
        if {list, dict}.isdisjoint(map(type, cells)) or own == "attachment":
            continue
        if own == "text":
            columns[theirs] = list(map(join_words, cells))
            (kind,) = named.get("kind", ("kind",))
            told = columns.get(kind, [None] * len(cells))
            parts = map(_find_part, cells)
            columns[kind] = [part or old for part, old in zip(parts, told, strict=True)]
        else:
            facts = list(map(_describe_object, cells))
            columns[theirs] = [one.name if own == "sender" else one.id for one in facts]
        if own == "sender":
            more = {"sender_id": [one.id for one in facts]}
            more["bot"] = [one.bot for one in facts]
            pairs = enumerate(zip(cells, facts, strict=True))
            lost = {at for at, (cell, one) in pairs if cell and one.id is None}
        if own in {"group", "group_id"}:
            told = [one if isinstance(one, dict) else {} for one in cells]
            more = {"chat_kind": [*map(find_chat_kind, told)]}
        columns |= {k: column for k, column in more.items() if k not in named}
    for at in sorted(lost):
        reason = "row with an object for a sender"
        source.losses.lost(reason, source.name, rows.position[at])
    if not lost:
        return Rows(columns, rows.position)
    kept = [at not in lost for at in range(len(rows.position))]
    columns = {k: list(compress(column, kept)) for k, column in columns.items()}
    positions = list(compress(rows.position, kept))
    return Rows(columns if positions else {}, positions)


class _Facts(NamedTuple):
    """Name, id and bot flag of a person or group in an object in a cell."""

    name: str | None
    id: str | None
    bot: Any = None  # as it stands


@lru_cache(1 << 10)
def _find_fields(keys: tuple[str, ...]) -> list[str | None]:
    """Return the fields of an object that are a name, an id and whether it is a bot."""
    named = {own: theirs[0] for own, theirs in map_columns(keys).items()}
    one = keys[0] if len(keys) == 1 else None  # as in {"$oid": "…"}
    return [
        named.get("sender"),
        named.get("id") or named.get("sender_id") or named.get("sender") or one,
        named.get("bot"),
    ]


def _describe_object(cell: object) -> _Facts:
    """Return the name and id within an object, or a plain cell as both."""
    if not isinstance(cell, dict):
        plain = None if cell is None or isinstance(cell, list) else str(cell)
        return _Facts(plain, plain)
    keys = _find_fields(tuple(cell))
    found = [key and cell.get(key) for key in keys]
    name, own = (
        None if one in EMPTY or isinstance(one, list | dict) else str(one)
        for one in found[:2]
    )
    inner = [one for one in cell.values() if isinstance(one, dict)]
    if not (name or own) and len(inner) == 1:  # Teams has a user among applications
        return _describe_object(inner[0])
    none = "" if any(keys[:2]) else None  # an empty id is nobody's
    return _Facts(name or own or none, own or name or none, found[2])


def _find_part(cell: object) -> str | None:
    """Return what the first part of a text without words is."""
    parts = cell if isinstance(cell, list) else [cell]
    types = [str(part.get("type")) for part in parts if isinstance(part, dict)]
    known = [one for one in types if find_kind(one)]
    return known[0] if known and not join_words(cell) else None


def _build_columns(rows: Sequence[dict[str, Any]]) -> dict[str, Sequence[Any]]:
    """Convert rows of a message table to columns; missing cells are None."""
    spellings = {*map(tuple, rows)}
    if len(spellings) == 1:
        (keys,) = spellings
        return dict(zip(keys, zip(*map(dict.values, rows), strict=True), strict=True))
    every = {key for keys in spellings for key in keys}
    return {key: [row.get(key) for row in rows] for key in every}


def _read_parquet(source: Source, name: str) -> Iterator[Rows]:
    first = 1
    with source.open(name) as file:
        try:
            parquet_file = pq.ParquetFile(file, page_checksum_verification=True)
            for batch in parquet_file.iter_batches():
                columns = {k: batch[k].to_pylist() for k in batch.schema.names}
                yield Rows(columns, range(first, first + batch.num_rows))
                first += batch.num_rows
        except _DAMAGE as error:
            source.losses.lost("not Parquet", name, first)
            kind, remedy = type(error).__name__, say("write it again")
            where = source.where(name, say("row {n}", n=first))
            what = say("is not a complete Parquet file ({name})", name=kind)
            raise BrokenFileError(what, where=where, remedy=remedy) from error
