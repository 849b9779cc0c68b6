"""Viterbi segmentation of Chinese text, as SnowNLP does it.

A trigram model over (character, tag) with tags b, m, e, s: 16 states a character,
named previous tag * 4 + tag. What decides ties, and therefore words: the first of
equal predecessors wins, in the order b, m, e, s; an unseen character takes the last
predecessor, whatever its score, and adds nothing.
"""

from __future__ import annotations

import numpy as np

from helpers.arrays import Floats
from helpers.sentiment.kernel.hashing import EMPTY, Bytes, compile_kernel, look_up
from helpers.sentiment.kernel.tables import Room, Tables

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
    """Extend the Viterbi paths by one character; return the predecessors.

    `apart` lie the log-probabilities of one tag before the previous and those of the
    next: 0 where that tag makes no difference.
    """
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
