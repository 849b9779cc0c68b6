"""Detect the text encoding of a chat export from its bytes."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from helpers.errors import BrokenFileError
from helpers.formats.rows.losses import Losses
from helpers.wording import say

BLOCK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # which begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MANY_ZEROS = 0.1  # of the bytes at even or odd places: ASCII among other letters
HIGH, BIG5 = 128, "big5hkscs"  # the first byte that is no ASCII; Hong Kong's signs too
_HIGH_ONLY = bytes(32 if byte < HIGH else byte for byte in range(256))
_PAIR = re.compile(rb"[\x80-\xff][\x40-\xff]")
_MOSTLY, _SOME = 0.8, 0.15
_MORE = 4  # times as many as at the other places, where 一 and 开 have theirs


class Encoding(NamedTuple):
    """A text encoding, the evidence for it, and the byte order mark's length."""

    name: str
    evidence: str
    mark: int = 0


def detect_encoding(file: BinaryIO, where: str) -> Encoding:
    r"""Detect the encoding of a file from its first non-ASCII bytes.

    Raises
    ------
    BrokenFileError
        If the file is empty or is not text.

    Examples
    --------
    >>> detect_encoding(io.BytesIO("群主".encode("gb18030")), "a.txt")
    Encoding(name='gb18030', evidence='valid GB18030, not UTF-8', mark=0)
    """
    head = file.read(BLOCK)
    if not head:
        raise BrokenFileError(
            say("is empty"), where=where, remedy=say("export it again")
        )
    if encoding := _read_byte_order_mark(head) or _detect_wide(head):
        return encoding
    while head.isascii():
        if not (head := file.read(BLOCK)):
            return Encoding("utf-8", "plain ASCII")
    return _guess_by_signs(head) or _detect_broken(head, where)


def _guess_by_signs(head: bytes) -> Encoding | None:
    if _can_decode(head, "utf-8"):
        return Encoding("utf-8", "valid UTF-8")
    if _is_single_byte(head):
        guess = ("cp1252", "letters of Windows-1252 that stand alone")
    elif _is_big5(head) and _can_decode(head, BIG5):
        guess = (BIG5, "valid Big5, whose signs often end in ASCII")
    else:
        guess = ("gb18030", "valid GB18030, not UTF-8")
    return Encoding(*guess) if _can_decode(head, guess[0]) else None


def _is_single_byte(head: bytes) -> bool:
    """Return whether the bytes look like Western single-byte text."""
    runs = [len(run) for run in head.translate(_HIGH_ONLY).split()]
    return bool(runs) and sum(length == 1 for length in runs) > len(runs) * _MOSTLY


def _is_big5(head: bytes) -> bool:
    """Return whether the bytes look like Big5 rather than GB 2312."""
    ends: list[int] = [pair[1] for pair in _PAIR.findall(head)]
    return sum(end < HIGH for end in ends) > len(ends) * _SOME


def _read_byte_order_mark(head: bytes) -> Encoding | None:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name, "byte-order mark", len(mark))
    return None


def _can_decode(head: bytes, name: str) -> bool:
    # a disk may have filled a lost tail with zeros; as GB18030 anything would pass
    return _is_valid(head, name) and (name == "utf-8" or b"\0" not in head)


def _is_valid(head: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _detect_wide(head: bytes) -> Encoding | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for zeros, few, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > max(_MANY_ZEROS * len(head) / 2, _MORE * few) and _is_valid(
            head, name
        ):
            return Encoding(name, "zeros in every other byte")
    return None


def _detect_broken(head: bytes, where: str) -> Encoding:
    """Return UTF-8 if only a few bytes of the text are broken, else raise."""
    broken = head.decode("utf-8", "replace").count("�")
    if b"\0" not in head and broken * 100 < len(head):
        return Encoding("utf-8", f"UTF-8 but for {broken} places")
    if head.startswith(b"%PDF-"):
        raise BrokenFileError(
            say("is a PDF, which is not read"),
            where=where,
            remedy=say("export the chat as JSON, CSV or text"),
        )
    raise BrokenFileError(
        say("is not text in UTF-8, UTF-16, GB18030, Big5 or Windows-1252"),
        where=where,
        remedy=say("export it again, or save it as UTF-8"),
    )


def decode_blocks(
    file: BinaryIO, encoding: Encoding, label: str, losses: Losses
) -> Iterator[str]:
    r"""Decode a file's text in blocks with ``\n`` line ends.

    Each broken block is entered in `losses` as a note at its byte offset.
    """
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
