"""Compiled SnowNLP sentiment score over UTF-8 bytes, row by row.

Each message takes SnowNLP's own arithmetic in its own order: split into runs of
Chinese characters and other tokens, segment the runs, drop the stop words, add up
the log-likelihoods of the rest one after the other.
"""

from __future__ import annotations

import numpy as np

from helpers.arrays import Floats
from helpers.sentiment.kernel.hashing import (
    EMPTY,
    ORDINAL_BITS,
    Bytes,
    Ints,
    compile_kernel,
    find_home_slot,
    hash_word,
)
from helpers.sentiment.kernel.tables import Room, Tables
from helpers.sentiment.kernel.viterbi import find_best_tags, look_up_run, write_words

FIRST_HAN, LAST_HAN = 0x4E00, 0x9FA5  # what SnowNLP segments
HAN_BYTES = 3
_TWO_BYTES, _THREE_BYTES, _FOUR_BYTES = 0x80, 0xE0, 0xF0  # lead bytes from here on
_ORDINAL = np.uint64((1 << 16) - 1)
_HASHED = np.uint64(0xFF << 40)  # keys from here on don't tell words apart for sure


@compile_kernel
def score_rows(  # noqa: PLR0917 - compiled code takes no keywords
    data: Bytes,
    offsets: Ints,
    first: int,
    last: int,
    tables: Tables,
    room: Room,
    odds: Floats,
    kept: Ints,
    known: Ints,
) -> None:
    """Write the sentiment log odds and token counts of a range of messages."""
    stop_words = tables.numbers[0]
    for row in range(first, last):
        negative, positive = tables.logs[0], tables.logs[1]
        kept[row] = known[row] = 0
        for k in range(
            split_tokens(data, offsets[row], offsets[row + 1], tables, room)
        ):
            word = _find_word(data, room.start[k], room.end[k], tables)
            if word < 0:
                negative += tables.logs[2]
                positive += tables.logs[3]
                kept[row] += 1
            elif word >= stop_words:
                negative += tables.word_log[2 * word]
                positive += tables.word_log[2 * word + 1]
                kept[row] += 1
                known[row] += 1
        odds[row] = positive - negative


@compile_kernel
def look_up_rows(  # noqa: PLR0917 - compiled code takes no keywords
    data: Bytes, offsets: Ints, first: int, last: int, tables: Tables, room: Room
) -> int:
    """Time the table look-ups of the scorer, without scoring.

    Each Chinese character counts as a word, as nothing tells words apart here.
    """
    hits = 0
    for row in range(first, last):
        i = offsets[row]
        while i < offsets[row + 1]:
            length = _read_run(data, i, offsets[row + 1], tables, room)
            look_up_run(length, tables, room)
            for k in range(length):
                hits += room.triple[k] != EMPTY
                here = i + HAN_BYTES * k
                hits += _find_word(data, here, here + HAN_BYTES, tables) >= 0
            i += max(1, HAN_BYTES * length)
    return hits


@compile_kernel
def split_tokens(data: Bytes, first: int, last: int, tables: Tables, room: Room) -> int:
    """Segment text[first:last] into tokens; write their bounds, return the count."""
    count, token, i = 0, -1, first
    while i < last:
        point, width = _code_point(data, i, last)
        han = FIRST_HAN <= point <= LAST_HAN
        blank = point < tables.space.size and tables.space[point]
        if token >= 0 and (han or blank):
            room.start[count], room.end[count] = token, i
            count, token = count + 1, -1
        if han:
            length = _read_run(data, i, last, tables, room)
            look_up_run(length, tables, room)
            find_best_tags(length, tables, room)
            count = write_words(length, i, count, room)
            width = HAN_BYTES * length
        elif token < 0 and not blank:
            token = i
        i += width
    if token >= 0:
        room.start[count], room.end[count] = token, last
        count += 1
    return count


@compile_kernel
def _read_run(data: Bytes, first: int, last: int, tables: Tables, room: Room) -> int:
    """Write the table index of each character in a Chinese run; return its length."""
    length = 0
    for i in range(first, last - 2, HAN_BYTES):
        point, width = _code_point(data, i, last)
        if width != HAN_BYTES or not FIRST_HAN <= point <= LAST_HAN:
            break
        room.ordinal[length] = tables.character[point - FIRST_HAN]
        length += 1
    return length


@compile_kernel
def _code_point(data: Bytes, i: int, last: int) -> tuple[int, int]:
    """Decode a UTF-8 character: its code point and width in bytes."""
    lead = np.int64(data[i])
    if lead < _TWO_BYTES:
        return lead, 1  # type: ignore[return-value]
    if lead < _THREE_BYTES and i + 1 < last:
        return (lead & 0x1F) << 6 | data[i + 1] & 0x3F, 2
    if lead < _FOUR_BYTES and i + 2 < last:
        middle = np.int64(data[i + 1] & 0x3F) << 6
        return (lead & 0x0F) << 12 | middle | data[i + 2] & 0x3F, 3
    return 0x10FFFF, min(4, last - i)


@compile_kernel
def _find_word(data: Bytes, first: int, last: int, tables: Tables) -> int:
    """Return the index of a word in SnowNLP's vocabulary, or -1."""
    key = hash_word(data, first, last)
    at = find_home_slot(key, tables.numbers[3])
    while tables.word_slots[at] != EMPTY:
        slot = tables.word_slots[at]
        if slot >> ORDINAL_BITS == key:
            ordinal = int(slot & _ORDINAL) - 1
            if key < _HASHED or _is_spelling(data, first, last, tables, ordinal):
                return ordinal
        at += 1
    return -1


@compile_kernel
def _is_spelling(data: Bytes, first: int, last: int, tables: Tables, word: int) -> bool:
    begin = tables.word_start[word]
    if tables.word_start[word + 1] - begin != last - first:
        return False
    for i in range(last - first):
        if tables.word_bytes[begin + i] != data[first + i]:
            return False
    return True
