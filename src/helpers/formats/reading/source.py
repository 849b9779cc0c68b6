"""A chat export opened for reading: files, encoding and what it records."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from helpers.errors import BrokenFileError
from helpers.files import read_own_rows
from helpers.formats.reading import yaml_documents
from helpers.formats.reading.archives import (
    Container,
    decode_file_name,
    list_entries,
    open_container,
    split_path,
)
from helpers.formats.reading.envelopes import find_documents
from helpers.formats.reading.key_paths import KeyPaths
from helpers.formats.rows.losses import FUTURE_EXPORT, Losses
from helpers.formats.rows.people import People
from helpers.records import (
    Observability,
    get_end_of_today_us,
    get_now_us,
    to_day_end_us,
)
from helpers.time_zones import DEFAULT_ZONE
from helpers.wording import say

BLOCK = 1 << 20
_LONGEST_SIGN = 64  # bytes
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # which begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXTS = {
    b"%PDF-": say("is a PDF, which is not read"),
    b"SQLite format 3\0": say("is a database, which is not read"),
}
_MANY_ZEROS = 0.1  # of the bytes at even or odd places: ASCII among other letters
HIGH, BIG5 = 128, "big5hkscs"  # the first byte that is no ASCII; Hong Kong's signs too
_HIGH_ONLY = bytes(32 if byte < HIGH else byte for byte in range(256))
_INSIDE = bytes(range(0x80, 0xC0))  # bytes of a letter in UTF-8 but for its first
_COMMON_IN_BIG5 = range(0xA1, 0xC7)  # first bytes of marks and the 5,401 common signs
_PAIR = re.compile(rb"[\x80-\xff][\x40-\xff]")
_MOSTLY, _HALF, _SOME = 0.8, 0.5, 0.15
_MORE = 4  # times as many as at the other places, where 一 and 开 have theirs


class Encoding(NamedTuple):
    """A text encoding, the evidence for it, and the byte order mark's length."""

    name: str
    evidence: str
    mark: int = 0


def detect_encoding(file: BinaryIO, where: str) -> Encoding:
    r"""Detect the encoding of a file from its first non-ASCII bytes.

    >>> detect_encoding(io.BytesIO("群主".encode("gb18030")), "a.txt")
    Encoding(name='gb18030', evidence='valid GB18030, not UTF-8', mark=0)
    """
    head = file.read(BLOCK)
    if not head:
        raise BrokenFileError(
            say("is empty"), where=where, remedy=say("export it again")
        )
    for sign, what in _NO_TEXTS.items():
        if head.startswith(sign):
            remedy = say("export the chat as JSON, CSV or text")
            raise BrokenFileError(what, where=where, remedy=remedy)
    if encoding := _detect_wide(head):
        return encoding
    while head.isascii():
        if not (head := file.read(BLOCK)):
            return Encoding("utf-8", "plain ASCII")
    return _guess_by_signs(head) or _detect_broken(head, where)


def _guess_by_signs(head: bytes) -> Encoding | None:
    if _is_utf8(head):
        return Encoding("utf-8", "valid UTF-8")
    runs = [len(run) for run in head.translate(_HIGH_ONLY).split()]
    pairs: list[bytes] = _PAIR.findall(head)
    ascii_ends = sum(pair[1] < HIGH for pair in pairs)
    common = sum(pair[0] in _COMMON_IN_BIG5 for pair in pairs)
    is_big5 = ascii_ends > len(pairs) * _SOME and common >= len(pairs) * _HALF
    if sum(length == 1 for length in runs) > len(runs) * _MOSTLY:
        guess = ("cp1252", "letters of Windows-1252 that stand alone")
    elif is_big5 and _can_decode(head, BIG5):
        guess = (BIG5, "valid Big5: common signs, many of which end in ASCII")
    else:
        guess = ("gb18030", "valid GB18030, not UTF-8")
    return Encoding(*guess) if _can_decode(head, guess[0]) else None


def _is_utf8(head: bytes) -> bool:
    """Return whether bytes are UTF-8, the last letter maybe cut: without decoding."""
    whole = len(head.rstrip(_INSIDE)[:-1]) if head[-1] >= HIGH else len(head)
    offsets = pa.py_buffer(np.array([0, whole], np.int32))
    text = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(head)])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return _can_decode(head[whole:], "utf-8")


def _can_decode(head: bytes, name: str) -> bool:
    # a disk may have filled a lost tail with zeros; as GB18030 anything would pass
    if name in {"gb18030", "cp1252", BIG5} and b"\0" in head:
        return False
    try:
        codecs.getincrementaldecoder(name)().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _detect_wide(head: bytes) -> Encoding | None:
    """Return the encoding of several bytes a sign that marks or zeros show."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name, "byte-order mark", len(mark))
    if 0 not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for zeros, few, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        is_wide = zeros > max(_MANY_ZEROS * len(head) / 2, _MORE * few)
        if is_wide and _can_decode(head, name):
            return Encoding(name, "zeros in every other byte")
    return None


def _detect_broken(head: bytes, where: str) -> Encoding:
    """Return UTF-8 if only a few bytes of the text are broken, else raise."""
    broken = head.decode("utf-8", "replace").count("�")
    if b"\0" not in head and broken * 100 < len(head):
        return Encoding("utf-8", f"UTF-8 but for {broken} places")
    what = say("is not text in UTF-8, UTF-16, GB18030, Big5 or Windows-1252")
    remedy = say("export it again, or save it as UTF-8")
    raise BrokenFileError(what, where=where, remedy=remedy)


def _decode_blocks(
    file: BinaryIO, encoding: Encoding, label: str, losses: Losses
) -> Iterator[str]:
    """Decode a file's text in blocks, with one sign at the ends of lines."""
    file.read(encoding.mark)
    plain = codecs.getincrementaldecoder(encoding.name)()
    decoder = io.IncrementalNewlineDecoder(plain, translate=True)
    offset, data = encoding.mark, b" "
    while data:
        data = file.read(BLOCK)
        state = decoder.getstate()
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError:
            decoder.setstate(state)
            plain.errors = "replace"
            text = decoder.decode(data, final=not data)
            plain.errors = "strict"
            losses.noted("bytes that are not text", label, offset + 1)
        offset += len(data)
        yield text


HEAD = 1 << 16
KEPT_TEXTS = 2  # beginnings of files that are kept while formats look at them
BLOCK_CHARS = 1 << 19
LONGEST = 1 << 26  # no single message is longer than this
# the day of the export in a name that its program gives, such as ChatExport_2024-05-31
_NAMED = re.compile(r"(?:^|/)ChatExport_(\d{4}-\d\d-\d\d)")
# the day or month of a file that is one of many of a chat, maybe with a clock
_PART = re.compile(r"(?i:(?<![^\W_])(?:chunk|part|page|batch)[-_ ]?\d{1,4}$)")
_PERIOD = re.compile(
    r"(?<![^\W_])((?:19|20)\d\d)([-_. ]?)([01]\d)(?:\2([0-3]\d))?"
    r"(?:[T_. -]{1,2}[0-2]\d(?:[.:h-]?[0-5]\d){1,2}(?:[+-]\d{4}[A-Z]*)?)?(?![^\W_])"
)
_TEXT = re.compile(r"(?i)\.(?:log|txt|jsonl?|csv|tsv)$")  # of a packed file
_UNNAMED = read_own_rows("formats", "table_columns.toml")["unnamed"]
_NUMBER = re.compile(r"(?!1[4-7]\d{8}(?:\d{3})?$|(?:19|20)\d{6}$)\d{5,20}")  # an id's
_ABOVE = 3  # folders that may name a chat
_ARCHIVE = re.compile(r"(?i)\.(?:zip|tgz|7z|rar|(?:tar\.)?gz|tar)$")
LEAST = Observability(
    members_source="speakers", joins_observed=False, leaves_observed=False,
    reads_observed="none", reactions_observed=False, replies="none",
    births="first_message", owner_known=False, roles_known=False, sender_ids=True,
    text=True, time_zone_known=True, left_truncated=False, never_active_listed=False,
    window_us=(0, 0), resolution="second",
)  # fmt: skip
"""What a list of messages with times and senders shows; a format says what is more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """A user's settings for reading an export, such as its time zone and date order."""

    zone: str = DEFAULT_ZONE
    date_order: str | None = None
    columns: Mapping[str, str] | None = None
    formats: tuple[str, ...] = ()
    include: tuple[str, ...] = ()


class Weight(NamedTuple):
    """Strength of the evidence for a chat format; the strongest is chosen."""

    own: bool = False  # it has keys, columns or a title that no other format has
    # what tells it stands at the very start, not in what somebody wrote
    begins: bool = False
    lines: int = 0  # how often it stands in the whole first look


class Head:
    """File names and first bytes of a chat export, to detect its format."""

    def __init__(self, source: Source) -> None:
        self.source, self.options = source, source.options
        self.name, self.names = decode_file_name(source.path.name), source.names
        self._keys: dict[str, KeyPaths] = {}
        self._texts: dict[str, str] = {}

    def has(self, ending: str) -> bool:
        """Return whether a file of this name is in the export."""
        return any(("/" + name).endswith("/" + ending) for name in self.names)

    def bytes(self, name: str, size: int) -> bytes:
        """Return the first bytes of one file of the export."""
        try:
            with self.source.open(name) as file:
                return file.read(size)
        except BrokenFileError:
            return b""

    def text(self, name: str | None = None) -> str:
        """Return the first 64 KiB of one file of the export as text."""
        name = name or next(iter(self.names), "")
        if name and name not in self._texts:  # every format asks for the same few
            if len(self._texts) == KEPT_TEXTS:
                del self._texts[next(iter(self._texts))]
            self._texts[name] = self._read_text(name)
        return self._texts.get(name, "")

    def _read_text(self, name: str) -> str:
        try:
            if self.source.inside:
                with self.source.utf8(name) as file:
                    return file.read(HEAD).decode("utf-8", "ignore")
            data = self.bytes(name, HEAD + 1)
            whole = io.BytesIO(data) if 0 < len(data) <= HEAD else None
            if whole and len(self.names) == 1:
                self.source.keep(name, data)
            encoding = self.source.encoding(name, whole)
        except BrokenFileError:
            return ""
        text = data[encoding.mark : HEAD].decode(encoding.name, "ignore")
        return text.replace("\r\n", "\n") if "\r" in text else text

    def keys(self, name: str | None = None) -> KeyPaths:
        """Return the key paths in the first 64 KiB of a JSON file."""
        name = name or next(iter(self.names), "")
        if name not in self._keys:
            self._keys[name] = KeyPaths(self.text(name))
        return self._keys[name]

    @cached_property
    def start(self) -> str:
        """Text of the first 64 KiB of the export's first file."""
        return self.text()

    @property
    def has_lines(self) -> bool:
        """Whether the first file has a JSON object on each line, by name or lines."""
        is_named = not self.names[0].lower().endswith(".json")
        return is_named or "}\n{" in self.start

    @cached_property
    def paths(self) -> KeyPaths:
        """JSON key paths at the start of the export's first file."""
        return self.keys()

    @cached_property
    def top_keys(self) -> list[str]:
        """JSON keys at the top of the export's first file, or of its rows, sorted."""
        keys = {key.removeprefix("[].") for key in self.paths}
        return sorted(key for key in keys if "." not in key and "[" not in key)


class TextBlock(NamedTuple):
    """Complete messages of a text export, with the number of the first line."""

    text: str
    line: int


class Source:
    """A chat export while it is read, and the features found in it, such as joins."""

    def __init__(self, path: Path, options: Options | None = None) -> None:
        self.path, self.options = path, options or Options()
        self._container: Container = open_container(path)
        self.names = self._container.names
        self.losses, self.people = Losses(), People()
        self.observed: dict[str, Any] = {}
        self.exported: dict[str, int] = {}
        self.endings: dict[str, tuple[int, str]] = {}
        self.ranges: dict[str, tuple[int | None, int | None]] = {}
        self.jumps: dict[str, tuple[tuple[int, int], ...]] = {}
        self.broken: BrokenFileError | None = None
        self.inside = 0
        self._encodings: dict[str, Encoding] = {}
        self._converted: dict[str, bytes] = {}
        self._held: dict[bytes, bool] = {}

    @cached_property
    def head(self) -> Head:
        """File names and first bytes of the export, to detect its format."""
        return Head(self)

    def holds(self, sign: bytes) -> bool:
        """Return whether a regular expression fits the bytes of any file, once read."""
        if sign not in self._held:
            fits = re.compile(sign).search
            self._held[sign] = any(map(fits, self._list_blocks()))
        return self._held[sign]

    def _list_blocks(self) -> Iterator[bytes]:
        """Yield the bytes of all files in blocks, each behind the last one's end."""
        for name in self.names:
            before = b""
            with suppress(BrokenFileError), self.open(name) as file:
                while block := file.read(BLOCK):
                    yield before + block
                    before = block[-_LONGEST_SIGN:]

    def list_documents(
        self, find: Callable[[bytes], Iterator[int]] = find_documents
    ) -> Iterator[int]:
        """Yield where JSON documents begin in an only file: it, those within it."""
        yield 0
        start = self.head.start.lstrip() if len(self.names) == 1 else ""
        if start.startswith(("{", "[")) and "}\n{" not in start:
            with self.utf8(self.name) as file:
                yield from find(file.read(HEAD))

    def read_around(self) -> str:
        """Return the text of an envelope before the document that is read."""
        inside, self.inside = self.inside, 0
        with self.utf8(self.name) as file:
            text = file.read(inside).decode("utf-8", "replace")
        self.inside = inside
        return text

    def enter(self, place: int) -> None:
        """Read of an only file what begins at a place of `list_documents`."""
        if place != self.inside:
            self.inside, self.head = place, Head(self)

    def state_export(self, group: str, time_us: int | None, name: str) -> None:
        """Record the export time stated for a group; the latest one counts."""
        if time_us is None:
            return
        if time_us > get_end_of_today_us():
            self.losses.noted(FUTURE_EXPORT, name, 0)
            return
        self.exported[group] = max(time_us, self.exported.get(group, time_us))

    def state_range(self, group: str, from_us: int | None, to_us: int | None) -> None:
        """Record the range of time that an export states for a group's messages.

        Of several files of a group the widest counts; an end after today limits
        nothing.
        """
        from_us = from_us if from_us is not None and from_us > 0 else None
        is_past = to_us is not None and 0 < to_us <= get_now_us()
        to_us = to_us if is_past else None
        if group in self.ranges:
            before_us, after_us = self.ranges[group]
            is_open = before_us is None or from_us is None
            from_us = None if is_open else min(before_us or 0, from_us or 0)
            is_open = after_us is None or to_us is None
            to_us = None if is_open else max(after_us or 0, to_us or 0)
        self.ranges[group] = from_us, to_us

    @cached_property
    def dates_us(self) -> tuple[int, ...]:
        """Dates of the export's files, by its archive and by the disk, in µs."""
        files = self._container.files.values()
        own = (file.find_date(self.options.zone) for file in files)
        inside = max((us for us in own if us is not None), default=None)
        dates = () if inside is None else (inside,)
        with suppress(OSError):
            if dates and not self.path.is_dir():
                return (*dates, self.path.stat().st_mtime_ns // 1000)
        return dates

    @property
    def named_us(self) -> int | None:
        """End of the day that a program put into the name of file or folder, in µs."""
        names = "/".join(self.path.parts[-2:]), *self.names
        days = {day for name in names for day in _NAMED.findall(name)}
        with suppress(ValueError):
            if len(days) == 1:
                day = date.fromisoformat(days.pop())
                return to_day_end_us(day, ZoneInfo(self.options.zone))
        return None

    @contextmanager
    def carry_on(self) -> Iterator[None]:
        """Read one of several files; continue with the next if it is damaged.

        The first error is raised when all have been read.
        """
        try:
            yield
        except BrokenFileError as error:
            self.broken = self.broken or error

    @property
    def name(self) -> str:
        """Name of the export's first file."""
        if not self.names:
            what, remedy = say("has no files"), say("check the export")
            raise BrokenFileError(what, where=str(self.path), remedy=remedy)
        return self.names[0]

    @property
    def stem(self) -> str:
        """Name of the file or folder as text, without its last suffix."""
        return decode_file_name(self.path.stem)

    @property
    def chat_name(self) -> str:
        """What a chat is called by its file, else by the first folder that names one.

        Days, parts and words such as ``messages`` name none; of several such files
        of a folder they are all there is.
        """
        bare, folder = _strip_part(self.stem), self.path.parent
        if names_chat(bare):
            return bare
        near = (folder, *folder.parents)[:_ABOVE]
        above = [_ARCHIVE.sub("", decode_file_name(one.name)) for one in near]
        if any(map(str.isalpha, bare)):
            own, changed = bare, split_path(folder)[0].stat().st_mtime_ns
            if len(_list_usual(folder, self.path.suffix, changed)) > 1:
                return own
        else:
            own = above[0] or self.stem
        named = next(filter(names_chat, above), own)
        return own if _spell(named) in _UNNAMED["folders"] else named

    @property
    def is_direct(self) -> bool:
        """Whether the file lies in a folder of direct messages, by its name."""
        near = (self.path, *self.path.parents)[:_ABOVE]
        return any(_spell(one.name) in _UNNAMED["direct"] for one in near)

    @property
    def named_day(self) -> str:
        """The day in the name of the file, or of folders around it, as ISO has it."""
        above = [decode_file_name(one.name) for one in self.path.parents][:_ABOVE]
        parts = [self.stem, *above]  # a folder a year, a month, a day
        joined = ("-".join(parts[at : at + 3][::-1]) for at in (0, 1))
        names = (*parts[:2], *joined, "-".join(parts[1::-1]))
        found = (match for name in names for match in _PERIOD.finditer(name))
        return next((f"{m[1]}-{m[3]}-{m[4]}" for m in found if m[4]), "")

    def where(self, name: str, position: str = "") -> str:
        """Return the place for an error message: path, inner file and position."""
        own = name == decode_file_name(self.path.name)
        place = f"{self.path}" if own else f"{self.path}/{name}"
        where = say("{place}: {position}", place=place, position=position)
        return where if position else place

    def describe_break(self, name: str, line: int) -> BrokenFileError:
        """Return the error for a file with an incomplete last line."""
        where = self.where(name, say("line {n}", n=line))
        remedy = say("export it again; everything before that place was read")
        return BrokenFileError(say("breaks off"), where=where, remedy=remedy)

    def open(self, name: str) -> BinaryIO:
        """Open one of the export's files for reading bytes; YAML as JSON."""
        is_yaml = name.lower().endswith(yaml_documents.ENDINGS)
        if is_yaml and name not in self._converted:
            with self._container.open(name) as file:
                self._converted[name] = yaml_documents.to_json(file, self.where(name))
        if name in self._converted:
            return io.BytesIO(self._converted[name])
        return self._container.open(name)

    def find_file(self, name: str) -> Path | None:
        """Return the path of a file on disk, or None for one in an archive."""
        return self._container.find_file(name)

    def keep(self, name: str, data: bytes) -> None:
        """Keep the bytes of a small file, which many ask for."""
        self._converted.setdefault(name, data)

    def replace(self, name: str, data: bytes) -> None:
        """Read a file as other bytes from now on."""
        self._converted[name], self.head = data, Head(self)
        self._encodings.pop(name, None)

    def encoding(self, name: str, whole: BinaryIO | None = None) -> Encoding:
        """Return the text encoding of a file, detected once, maybe in a copy."""
        if name not in self._encodings:
            with whole or self.open(name) as file:
                self._encodings[name] = detect_encoding(file, self.where(name))
        return self._encodings[name]

    def utf8(self, name: str) -> BinaryIO:
        """Open a file as UTF-8 bytes without byte order mark, from any encoding."""
        encoding = self.encoding(name)
        if encoding.name != "utf-8":
            file: BinaryIO = io.BufferedReader(_Transcoded(self.text(name)))
        else:
            file = self.open(name)
            file.read(encoding.mark)
        file.read(self.inside)
        return file

    def text(self, name: str) -> Iterator[str]:
        r"""Yield a file's text in blocks with ``\n`` line ends."""
        with self.open(name) as file:
            yield from _decode_blocks(file, self.encoding(name), name, self.losses)

    def messages(self, name: str, header: re.Pattern[str]) -> Iterator[TextBlock]:
        """Yield text in large blocks, each ending before a message header."""
        buffer, line = "", 1
        for text in self.text(name):
            n_searched, buffer = len(buffer), buffer + text
            if len(buffer) < BLOCK_CHARS or not text:
                continue
            if cut := _find_last_header(buffer, header, n_searched):
                yield TextBlock(buffer[:cut], line)
                line += buffer.count("\n", 0, cut)
                buffer = buffer[cut:]
            elif len(buffer) > LONGEST:
                raise BrokenFileError(
                    say("has 64 MiB of text without a message header"),
                    where=self.where(name, say("line {n}", n=line)),
                    remedy=say("check that this is an export of messages"),
                )
        if buffer:
            yield TextBlock(buffer, line)


def names_chat(name: str) -> bool:
    """Return whether a file's or folder's name says more than that it has messages.

    >>> [*map(names_chat, ("messages (1)", "1712534461", "561234001", "Book Club"))]
    [False, False, True, True]
    """
    spelled = _spell(name)
    has_letters = any(map(str.isalpha, spelled)) and spelled not in _UNNAMED["files"]
    return has_letters or any(map(_NUMBER.fullmatch, re.split(r"[\s_.()-]+", name)))


def _strip_part(stem: str) -> str:
    """Return a file's name without its day, month or number among parts."""
    return _PART.sub("", _PERIOD.sub("", _TEXT.sub("", stem))).strip("-_. ")


@lru_cache(maxsize=1)
def _list_usual(folder: Path, suffix: str, _: int) -> frozenset[str]:
    """List usual names of files of one kind in a folder, as it was last changed."""
    files = (one for one in list_entries(folder) if one.suffix == suffix)
    bare = (_strip_part(decode_file_name(one.stem)) for one in files)
    return frozenset(one for one in bare if not names_chat(one))


@lru_cache(1 << 10)
def _spell(name: str) -> str:
    return re.sub(r"[\s\d_.()-]+", "", name.lower())


def _find_last_header(text: str, header: re.Pattern[str], seen: int) -> int:
    """Return where the last message header of a text starts."""
    stop = max(text.rfind("\n", 0, seen), 0)
    cut = text.rfind("\n", stop, len(text))
    while cut > stop:
        if header.match(text, cut + 1):
            return cut + 1
        cut = text.rfind("\n", stop, cut)
    return 0


class _Transcoded(io.RawIOBase):
    """A text file that is re-encoded as UTF-8 bytes while it is read."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self._blocks, self._rest = blocks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  any buffer
        while not self._rest:
            if (text := next(self._blocks, None)) is None:
                return 0
            self._rest = text.encode("utf-8", "replace")
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
