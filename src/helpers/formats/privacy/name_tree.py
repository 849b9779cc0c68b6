"""Trie of all recorded names, matched in one pass over a text column.

A pattern of thousands of names overflows the memory of a regular-expression engine;
the time of a tree does not depend on how many names are in it.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from helpers.arrays import Bools, Ints
from helpers.text.columns import UNICODE_END, CodePoints

_LONG = 2  # characters: shorter names count only behind an @
_GROWTH = 3  # times a text at most: "[name]" for an @ and one character
_LAST_CASED = 0x1F000  # Unicode writes no upper and lower case beyond
_AT, _WIDE_AT = ord("@"), ord("＠")


class NameTree(NamedTuple):
    """A trie of names as arrays: symbols lead from each node to its children."""

    # number of each code point, without regard to case; 0 where it is in no name
    symbols: npt.NDArray[np.int32]
    root: Ints  # where each symbol leads from the root; 0 is nowhere
    # where the edges of each node start; one more marks the end
    first: Ints
    along: Ints  # the symbol of each edge, sorted within a node
    children: Ints  # where each edge leads
    ends: Bools  # whether a name ends at a node


def name_tree(names: Iterable[str]) -> NameTree:
    """Build a trie of people's names, ignoring case.

    >>> len(name_tree(["Ann", "ANNA"]).ends)
    5
    """
    folded = [_build_fold_table()[_to_code_points(name)] for name in sorted(set(names))]
    alphabet = np.unique(np.concatenate([np.zeros(0, np.uint32), *folded]))
    symbols = _index_symbols(alphabet)
    grown: dict[tuple[int, int], int] = {}
    named = []
    for name in folded:
        node = 0
        for symbol in symbols[name].tolist():
            node = grown.setdefault((node, symbol), len(grown) + 1)
        named.append(node)
    edges = np.array([(*edge, grown[edge]) for edge in sorted(grown)], np.int64)
    nodes, edge_symbols, children = edges.reshape(-1, 3).T
    root = np.zeros(alphabet.size + 1, np.int64)
    root[edge_symbols[nodes == 0]] = children[nodes == 0]
    ends = np.zeros(len(grown) + 1, bool)
    ends[named] = True
    first = np.searchsorted(nodes, np.arange(len(grown) + 2))
    return NameTree(symbols, root, first, edge_symbols.copy(), children.copy(), ends)


def _index_symbols(alphabet: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
    """Return for each Unicode code point the number of its letter in the trie."""
    folds, points = _group_by_fold()
    # of `bytearray`, as numpy has the system zero megabytes at the first number
    symbols = np.frombuffer(bytearray(4 * UNICODE_END), np.int32)
    spans = (np.searchsorted(folds, alphabet, side) for side in ("left", "right"))
    for number, (start, stop) in enumerate(zip(*spans, strict=True), start=1):
        symbols[points[start:stop]] = number
    return symbols


def replace_names(
    column: CodePoints, tree: NameTree, mark: str
) -> tuple[CodePoints, Bools]:
    """Replace names in a text column by a placeholder; return which texts changed.

    The leftmost name counts, of those that start there the longest; an @ before it
    belongs to it. Names that start or end with an ASCII letter, digit or underscore
    do so at the edge of a word; names of one character count only behind an @.

    >>> from helpers.text.columns import code_points
    >>> import pyarrow as pa
    >>> column = code_points(pa.array(["@Ann", "Annie"]))
    >>> replace_names(column, name_tree(["ann"]), "*")[0].starts.tolist()
    [0, 1, 6]
    """
    points, starts, is_masked = _replace_matches(
        column.points, column.starts, tree, _build_word_table(), _to_code_points(mark)
    )
    return CodePoints(points, starts), is_masked


def _to_code_points(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@cache
def _build_fold_table() -> npt.NDArray[np.uint32]:
    """Return for each Unicode code point its lower-case equivalent."""
    table = np.arange(UNICODE_END, dtype=np.uint32)
    for point in range(_LAST_CASED):
        character = chr(point)
        if (folded := character.casefold()) != character:
            single = folded if len(folded) == 1 else character.lower()
            table[point] = ord(single) if len(single) == 1 else point
    return table


@cache
def _group_by_fold() -> tuple[npt.NDArray[np.uint32], Ints]:
    """Return all code points sorted by their lower-case equivalent."""
    points = np.argsort(_build_fold_table(), kind="stable")
    return _build_fold_table()[points], points


@cache
def _build_word_table() -> Bools:
    table = np.zeros(UNICODE_END, bool)
    table[[ord(letter) for letter in string.ascii_letters + string.digits + "_"]] = True
    return table


@numba.njit(cache=True, nogil=True)
def find_child(tree, node, symbol):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201  pragma: no cover
    """Return the child of a trie node along a given symbol; 0 if there is none."""
    low, high = tree.first[node], tree.first[node + 1]
    while low < high:
        middle = (low + high) // 2
        if tree.along[middle] < symbol:
            low = middle + 1
        else:
            high = middle
    has_child = low < tree.first[node + 1] and tree.along[low] == symbol
    return tree.children[low] if has_child else 0


@numba.njit(cache=True, nogil=True)
def _match_longest(points, start, begin, stop, tree, words, least):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0917  pragma: no cover
    """Return the length of the longest name that starts at a position."""
    node, best = tree.root[tree.symbols[points[start]]], 0
    if not node:
        return best
    if start > begin and words[points[start]] and words[points[start - 1]]:
        return best
    if tree.ends[node] and least == 1:
        best = 1
    for at in range(start + 1, stop):
        symbol = tree.symbols[points[at]]
        node = find_child(tree, node, symbol) if symbol else 0
        if not node:
            break
        inside = at + 1 < stop and words[points[at]] and words[points[at + 1]]
        if tree.ends[node] and not inside:
            best = at + 1 - start
    return best


@numba.njit(cache=True, nogil=True)
def _replace_matches(points, starts, tree, words, mark):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Replace names in texts by a placeholder; return texts and which changed."""
    symbols, root = tree.symbols, tree.root
    masked = np.empty(points.size * _GROWTH, np.uint32)
    begins, is_masked, size = (
        np.zeros_like(starts),
        np.zeros(starts.size - 1, np.bool_),
        0,
    )
    for text in range(starts.size - 1):
        at, stop = starts[text], starts[text + 1]
        while at < stop:
            is_mention = points[at] == _AT or points[at] == _WIDE_AT
            bare, after = 0, 0
            if root[symbols[points[at]]]:
                bare = _match_longest(
                    points, at, starts[text], stop, tree, words, _LONG
                )
            if is_mention and at + 1 < stop:
                after = _match_longest(
                    points, at + 1, starts[text], stop, tree, words, 1
                )
            if bare or after:
                masked[size : size + mark.size] = mark
                size += mark.size
                at += bare if bare >= after else after + 1
                is_masked[text] = True
            else:
                masked[size] = points[at]
                size += 1
                at += 1
        begins[text + 1] = size
    return masked[:size], begins, is_masked
