"""Compiled SnowNLP sentiment score over UTF-8 bytes, row by row.

Each message takes SnowNLP's own arithmetic in its own order: split into runs of
Chinese characters and other tokens, segment the runs, drop the stop words, add up
the log-likelihoods of the rest one after the other.

A hash table's slot is one 64-bit integer: a key above `META_BITS` of what the key
holds. Nothing wraps round: a table ends in spare slots, the last of them empty.

Segmentation is a trigram model over (character, tag) with tags b, m, e, s: 16 states a
character, named previous tag * 4 + tag. What decides ties, and therefore words: the
first of equal predecessors wins, in the order b, m, e, s; an unseen character takes the
last predecessor, whatever its score, and adds nothing.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from helpers.arrays import Floats
from helpers.sentiment.tables import Bytes, Ints, Room, Slots, Tables

Function = TypeVar("Function", bound="Callable[..., Any]")

META_BITS = np.uint64(27)
ORDINAL_BITS = np.uint64(16)  # below the key of a word
_SHORT = 6  # bytes that are a key themselves: two Chinese characters
_LONG = np.uint64(0xFF << 40)  # no text in UTF-8 begins with this byte
_WIDTH = 64
EMPTY = np.uint64(0)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing: 2^64 / golden ratio, odd
_FNV_START, _FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


def compile_kernel(function: Function) -> Function:
    """Compile a function with numba so that threads can run it in parallel.

    Numba counts references to every array of a tuple at every call; for functions as
    small as these that is two thirds of their time. Nothing here allocates or keeps
    an array, so there is nothing to count.
    """
    options: dict[str, Any] = {"nogil": True, "_nrt": False}
    return cast("Function", njit(**options)(function))


@compile_kernel
def hash_bytes(text: Bytes, first: int, last: int) -> np.uint64:
    """Compute the FNV-1a hash of text[first:last], bytes of a word.

    >>> hex(hash_bytes(np.frombuffer(b"foobar", np.uint8), 0, 6))  # Noll's vector
    '0x85944171f73967e8'
    """
    value = _FNV_START
    for i in range(first, last):
        value = (value ^ np.uint64(text[i])) * _FNV_PRIME
    return value


@compile_kernel
def hash_word(text: Bytes, first: int, last: int) -> np.uint64:
    """Compute a 48-bit key of text[first:last]: its bytes if short, else a hash.

    >>> hex(hash_word(np.frombuffer(b"ab", np.uint8), 0, 2))
    '0x6162'
    >>> hex(hash_word(np.frombuffer(b"abcdefg", np.uint8), 0, 7))[:4]
    '0xff'
    """
    if last - first > _SHORT or text[first] == 0:
        return _LONG | hash_bytes(text, first, last) >> np.uint64(24)
    key = np.uint64(0)
    for i in range(first, last):
        key = key << np.uint64(8) | np.uint64(text[i])
    return key


@compile_kernel
def find_home_slot(key: np.uint64, shift: int) -> int:
    """Return the slot of a hash table where the search for a key starts."""
    return np.int64((key * _MIX) >> np.uint64(shift))  # type: ignore[return-value]


@compile_kernel
def look_up(slots: Slots, shift: int, key: np.uint64) -> np.uint64:
    """Return the entry of `key` in a hash table, or 0 if it is not there."""
    at = find_home_slot(key, shift)
    while slots[at] != EMPTY:
        if slots[at] >> META_BITS == key:
            return np.uint64(slots[at])
        at += 1
    return EMPTY


def place_keys(keys: Slots, slots: Slots, bits: int) -> tuple[Slots, int]:
    """Build a hash table of 2^bits slots, and the shift of its keys.

    Linear probing without a loop: in the order of their homes, each slot stands at
    its home or just after the one before it.

    >>> keys = np.arange(1, 4, dtype=np.uint64)
    >>> table, shift = place_keys(keys, keys << META_BITS | np.uint64(7), bits=1)
    >>> [int(look_up(table, shift, key)) & 7 for key in keys]
    [7, 7, 7]
    >>> int(look_up(table, shift, np.uint64(4)))
    0
    """
    shift = _WIDTH - bits
    homes = ((keys * _MIX) >> np.uint64(shift)).astype(np.int64)
    order = np.argsort(homes, kind="stable")
    rank = np.arange(len(keys))
    at = np.maximum.accumulate(homes[order] - rank) + rank
    table = np.zeros(max(1 << bits, int(at.max()) + 1) + 1, np.uint64)
    table[at] = slots[order]
    return table, shift


COUNT_BITS = np.uint64(7)
_OFFSETS = np.uint64((1 << 20) - 1)
_COUNTS = np.uint64((1 << 7) - 1)
_BEGUN = np.uint64(1)
_M, _E = 1, 2
_BEGIN = 15  # the state before a run: tags s, s
_ALL_LAST = 0xFFFFFFFF  # 16 times predecessor s


@compile_kernel
def look_up_run(length: int, tables: Tables, room: Room) -> None:
    """Look up all words of consecutive Chinese characters before segmenting them."""
    n = np.uint64(tables.unigram.size // 4)
    first = two = n - np.uint64(2)
    before = _BEGUN
    for i in range(length):
        this = np.uint64(room.ordinal[i])
        pair = look_up(tables.pair_slots, tables.numbers[1], two * n + this)
        room.pair[i], room.triple[i] = pair, EMPTY
        if EMPTY not in (pair, before):  # else the triple is unseen too
            key = (first * n + two) * n + this
            room.triple[i] = look_up(tables.triple_slots, tables.numbers[2], key)
        first, two, before = two, this, pair


@compile_kernel
def _log_probabilities(i: int, tables: Tables, room: Room) -> None:
    log, this = room.log, 4 * np.int64(room.ordinal[i])
    for state in range(16):
        log[state] = tables.unigram[this + (state & 3)]
    _overwrite_logs(log, room.pair[i], tables.pair_code, tables.pair_value)
    if room.triple[i] != EMPTY:
        for state in range(16):
            log[16 + state] = log[32 + state] = log[48 + state] = log[state]
        _overwrite_logs(log, room.triple[i], tables.triple_code, tables.triple_value)


@compile_kernel
def _overwrite_logs(log: Floats, slot: np.uint64, code: Bytes, value: Floats) -> None:
    offset = np.int64((slot >> COUNT_BITS) & _OFFSETS)
    for k in range(offset, offset + np.int64(slot & _COUNTS)):
        log[code[k]] = value[k]


@compile_kernel
def _extend_paths(old: Floats, new: Floats, log: Floats, apart: int) -> int:
    """Extend the Viterbi paths by one character; return the predecessors."""
    back = 0
    for state in range(16):
        previous = state >> 2
        best, chosen = old[previous] + log[state], 0
        for earlier in range(1, 4):
            score = old[earlier * 4 + previous] + log[earlier * apart + state]
            if score > best:
                best, chosen = score, earlier
        new[state] = best
        back |= chosen << (2 * state)
    return back


@compile_kernel
def _extend_paths_unseen(old: Floats, new: Floats) -> int:
    for state in range(16):
        new[state] = old[12 + (state >> 2)]
    return _ALL_LAST


@compile_kernel
def find_best_tags(length: int, tables: Tables, room: Room) -> None:
    """Write the most probable word-boundary tags of a run of characters."""
    old, new = room.old, room.new
    old[:] = -np.inf
    old[_BEGIN] = 0.0
    unseen = tables.unigram.size // 4 - 1
    for i in range(length):
        if room.ordinal[i] == unseen:
            room.back[i] = _extend_paths_unseen(old, new)
        else:
            _log_probabilities(i, tables, room)
            apart = 16 if room.triple[i] != EMPTY else 0
            room.back[i] = _extend_paths(old, new, room.log, apart)
        old, new = new, old
    state = _find_best_state(old)
    for i in range(length - 1, -1, -1):
        room.tag[i] = state & 3
        earlier = int(room.back[i] >> (2 * state)) & 3
        state = earlier * 4 + (state >> 2)


@compile_kernel
def _find_best_state(scores: Floats) -> int:
    best = 0
    for tag in range(4):
        for previous in range(4):
            if scores[previous * 4 + tag] > scores[best]:
                best = previous * 4 + tag
    return best


@compile_kernel
def write_words(length: int, first: int, count: int, room: Room) -> int:
    """Write the bounds of the words in a tagged run; return the token count."""
    begin = 0
    for i in range(length):
        tag = room.tag[i]
        if tag not in (_M, _E) and i > begin:  # b and s open a word
            room.start[count], room.end[count] = first + 3 * begin, first + 3 * i
            count, begin = count + 1, i
        if tag == _E:  # e closes one
            room.start[count], room.end[count] = first + 3 * begin, first + 3 * i + 3
            count, begin = count + 1, i + 1
    if begin < length:
        room.start[count], room.end[count] = first + 3 * begin, first + 3 * length
        count += 1
    return count


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
