r"""Repair web pages in which pinyin is printed above each Chinese character.

Such pages were made by a converter that wrote ``當(dāng)`` into GBK bytes. Where it
hit the middle of a character, the bytes after it were read one out of step: what
followed became other characters, until a single byte brought them into step again.
The bytes are still there, so the run can be read in step; only a byte that a question
mark swallowed is lost, and even that one is known where the page itself shows which
character has that reading.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

Readings: TypeAlias = Mapping[str, set[bytes]]

LOST = "□"  # the printers' sign for a character that can't be read
ENOUGH = 20  # annotations that make a page an annotated one

_HAN = r"[㐀-䶿一-鿿]"
_READING = r"[a-zü]{0,4}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]{0,3}"
ANNOTATION = re.compile(rf"({_HAN})\(({_READING})\)")
# ? + a run one byte out of step + ? + the reading of the character cut by the second ?
BEFORE = re.compile(rf"\?([^\x00-\x20?()]{{1,40}})\?({_READING})\)")
# ? + reading + a run out of step that ends with a single byte
AFTER = re.compile(rf"({_HAN})\?({_READING})\)([^\x00-\x7f€]{{0,80}}[\x21-\x7e€])")
TAG = re.compile(r"</?(?:font|span|p|br|strong)\s*/?>|/(?:font|span|strong)>")

# cp936's areas for users' own characters: first code, end, first lead byte, the second
# bytes of a row
USERS = (
    (0xE000, 0xE234, 0xAA, range(0xA1, 0xFF)),
    (0xE234, 0xE4C6, 0xF8, range(0xA1, 0xFF)),
    (0xE4C6, 0xE766, 0xA1, [*range(0x40, 0x7F), *range(0x80, 0xA1)]),
)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


class Restored(NamedTuple):
    """The repaired text of a web page, and the number of characters lost."""

    text: str
    lost: int


def is_annotated(text: str) -> bool:
    """Return whether a page prints the pinyin of its Chinese characters.

    >>> is_annotated("當(dāng)前" * 20), is_annotated("重(chóng)新")
    (True, False)
    """
    return len(ANNOTATION.findall(text)) >= ENOUGH


def restore_text(text: str) -> Restored:
    r"""Remove the pinyin annotations of a page and repair its character encoding.

    >>> restore_text("當(dāng)前的運(yùn)營(yíng)")
    Restored(text='當前的運營', lost=0)
    >>> restore_text(r"也?yàn)槟愫脝徇\(yùn)營")
    Restored(text='也□你好嗎運營', lost=1)
    """
    readings = _learn_readings(text)
    text = BEFORE.sub(lambda m: _restore_before(m, readings), text)
    text = AFTER.sub(lambda m: _restore_after(m, readings), text)
    plain = TAG.sub("", ANNOTATION.sub(r"\1", text))
    return Restored(plain, plain.count(LOST))


def _learn_readings(text: str) -> Readings:
    """Collect the Chinese characters that occur with each pinyin syllable of a page."""
    readings: defaultdict[str, set[bytes]] = defaultdict(set)
    for character, reading in ANNOTATION.findall(text):
        readings[reading].add(_encode_pairs(character))
    return readings


def _restore_before(match: re.Match[str], readings: Readings) -> str:
    run, reading = match.groups()
    held = _encode_pairs(
        run.translate(WIDE)
    )  # such pages show full-width signs as half-width
    # the run's first byte ends a lost character, its last begins the one that is read
    cut = {each for each in readings.get(reading, set()) if each[:1] == held[-1:]}
    last = cut.pop().decode("gbk") if len(cut) == 1 else LOST
    return LOST + _decode_in_step(held[1:-1]) + last


def _restore_after(match: re.Match[str], readings: Readings) -> str:
    ahead, reading, run = match.groups()
    # the reading is of the wrong pair: the end of the character ahead and the lost byte
    pairs = {
        each
        for each in readings.get(reading, set())
        if each[:1] == _encode_pairs(ahead)[1:]
    }
    held = _encode_pairs(run)
    if len(pairs) == 1:
        return ahead + _decode_in_step(pairs.pop()[1:] + held)
    return ahead + LOST + _decode_in_step(held[1:])


def _decode_in_step(held: bytes) -> str:
    """Decode GBK bytes, and mark characters that the page had lost."""
    swallowed = held.endswith(b"?")
    whole = held[:-2] if swallowed else held
    return whole.decode("gbk", "replace").replace("\ufffd", LOST) + LOST * swallowed


def _encode_pairs(text: str) -> bytes:
    return b"".join(_encode_pair(character) for character in text)


def _encode_pair(character: str) -> bytes:
    code = ord(character)
    if character == "€":
        return b"\x80"
    for first, end, lead, trails in USERS:
        if first <= code < end:
            row, cell = divmod(code - first, len(trails))
            return bytes((lead + row, trails[cell]))
    return character.encode("gbk", "replace")
