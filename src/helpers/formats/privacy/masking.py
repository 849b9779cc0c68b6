"""Masking of names, numbers and addresses in text columns.

Most texts hold no name, no address and no long number, which one look along their bytes
tells; what must be exact is then done to the others only.
"""

import string
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, cached_property
from itertools import chain, product
from typing import NamedTuple
from urllib.parse import quote, quote_plus

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools, Ints
from helpers.files import read_own_rows
from helpers.formats.rows.people import SOMEBODY
from helpers.machine import Walk, pays_to_compile
from helpers.text.columns import (
    UNICODE_END,
    CodePoints,
    change_some,
    code_points,
    count_word,
    from_code_points,
    to_utf8,
)
from helpers.text.redaction import (
    BETWEEN,
    CLOSE_DIGITS,
    DIGITS,
    NUMERALS,
    SIGNS,
    WORDS,
    redact_texts,
)

_LONG = 2  # characters: shorter names count only behind an @
_GROWTH = 3  # times a text at most: "[name]" for an @ and one character
_LAST_CASED = 0x1F000  # Unicode writes no upper and lower case beyond
_AT, _WIDE_AT = ord("@"), ord("＠")


class NameTree(NamedTuple):
    """A trie of names as arrays: symbols lead from each node to its children."""

    # the number of each code point up to the last in a name, without regard to case;
    # 0 where it is in no name
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
    distinct = sorted(set(names))
    folded = _build_fold_table()[_to_code_points("".join(distinct))]
    alphabet = np.unique(folded)
    folds, points = _group_by_fold()
    starts, ends_ = (np.searchsorted(folds, alphabet, s) for s in ("left", "right"))
    sizes = ends_ - starts
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    spelled = points[np.repeat(starts, sizes) + within]
    symbols = np.zeros(max(int(spelled.max(initial=0)) + 1, _ASCII), np.int32)
    symbols[spelled] = np.repeat(np.arange(1, sizes.size + 1), sizes)
    stops = np.cumsum([len(name) for name in distinct], dtype=np.int64)
    nodes, along, named = _grow.through(folded.size, symbols[folded], stops)
    order = np.lexsort((along, nodes))
    nodes, along, children = nodes[order], along[order], order + 1
    root = np.zeros(alphabet.size + 1, np.int64)
    root[along[nodes == 0]] = children[nodes == 0]
    first = np.searchsorted(nodes, np.arange(order.size + 2))
    ends = np.zeros(order.size + 1, bool)
    ends[named] = True
    return NameTree(symbols, root, first, along, children, ends)


@Walk
def _grow(symbols, stops):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Return the parent and symbol of each node but the root, and where names end.

    Sorted names share beginnings with the one before, whose nodes are looked at first.
    """
    parents, along = np.zeros((2, len(symbols) + 1), np.int64)
    youngest, elder = np.zeros((2, len(symbols) + 1), np.int64)  # children, siblings
    named = np.zeros(len(stops), np.int64)
    size, at = 1, 0
    for name in range(len(stops)):
        node = 0
        while at < stops[name]:
            child = youngest[node]
            while child and along[child] != symbols[at]:
                child = elder[child]
            if not child:
                child, size = size, size + 1
                parents[child], along[child] = node, symbols[at]
                elder[child], youngest[node] = youngest[node], child
            node, at = child, at + 1
        named[name] = node
    return parents[1:size], along[1:size], named


def _replace_names(
    column: CodePoints, tree: NameTree, mark: str
) -> tuple[CodePoints, Bools]:
    """Replace names in a text column by a placeholder; return which texts changed.

    The leftmost name counts, of those that start there the longest; an @ before it
    belongs to it. Names that start or end with an ASCII letter, digit or underscore
    do so at the edge of a word; names of one character count only behind an @.
    """
    points, starts, is_masked = _replace_matches.through(
        column.points.size, column.points, column.starts, tree, _build_word_table(),
        _to_code_points(mark),
    )  # fmt: skip
    return CodePoints(points, starts), is_masked


def _to_code_points(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@cache
def _build_word_table() -> Bools:
    table = np.zeros(UNICODE_END, bool)
    table[_to_code_points(string.ascii_letters + string.digits + "_")] = True
    return table


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


@Walk
def _number(tree, point):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Return the symbol of a code point; 0 if it is in no name."""
    return tree.symbols[point] if point < len(tree.symbols) else 0


@Walk
def _find_child(tree, node, symbol):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
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


@Walk
def _match_longest(points, start, begin, stop, tree, words, least):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0917  pragma: no cover
    """Return the length of the longest name that starts at a position."""
    node, best = tree.root[_number(tree, points[start])], 0
    if not node:
        return best
    if start > begin and words[points[start]] and words[points[start - 1]]:
        return best
    if tree.ends[node] and least == 1:
        best = 1
    for at in range(start + 1, stop):
        symbol = _number(tree, points[at])
        node = _find_child(tree, node, symbol) if symbol else 0
        if not node:
            break
        inside = at + 1 < stop and words[points[at]] and words[points[at + 1]]
        if tree.ends[node] and not inside:
            best = at + 1 - start
    return best


@Walk
def _replace_matches(points, starts, tree, words, mark):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Replace names in texts by a placeholder; return texts and which changed."""
    masked = np.empty(len(points) * _GROWTH, np.uint32)
    begins, is_masked = np.zeros_like(starts), np.zeros(len(starts) - 1, np.bool_)
    size = 0
    for text in range(len(starts) - 1):
        at, stop = starts[text], starts[text + 1]
        while at < stop:
            is_mention = points[at] == _AT or points[at] == _WIDE_AT
            bare, after = 0, 0
            if tree.root[_number(tree, points[at])]:
                bare = _match_longest(
                    points, at, starts[text], stop, tree, words, _LONG
                )
            if is_mention and at + 1 < stop:
                after = _match_longest(
                    points, at + 1, starts[text], stop, tree, words, 1
                )
            if bare or after:
                masked[size : size + len(mark)] = mark
                size += len(mark)
                at += bare if bare >= after else after + 1
                is_masked[text] = True
            else:
                masked[size] = points[at]
                size += 1
                at += 1
        begins[text + 1] = size
    return masked[:size], begins, is_masked


_DIGIT, _SIGN = 1, 2
SHORT = 1 << 22  # bytes times names, up to which each name is looked for by itself
_ASCII = 0x80
_TABLE = ("formats", "rows", "placeholders.toml")
_ROLES = frozenset(read_own_rows(*_TABLE)["senders"]["roles"])


class Suspects:
    """Finds the texts that may need masking: with a name or seven close digits.

    Only those may hold something to mask. Case counts nowhere, and names count inside
    of other words too.
    """

    def __init__(self, names: AbstractSet[str]) -> None:
        self._names, self._folded = names, {name.casefold() for name in names}

    @cached_property
    def _tree(self) -> tuple[NameTree, npt.NDArray[np.uint8], Bools]:
        """Trie of the names; their first two bytes (2: maybe all), and what follows."""
        begins, goes_on = np.zeros((256, 256), np.uint8), np.zeros((256, 256), bool)
        starts = {name[:3] for name in self._names}
        spelled = chain.from_iterable(product(*map(_list_cases, one)) for one in starts)
        for one in map("".join, spelled):
            first, *more = one.encode("utf-8", "surrogatepass")[:3]
            if more[1:]:
                begins[first, more[0]] |= 1
                goes_on[tuple(more)] = True
            else:
                begins[first, more or slice(None)] |= 2
        return name_tree(self._names), begins.reshape(-1), goes_on.reshape(-1)

    def find(self, texts: pa.Array) -> Bools:
        """Return which texts may need masking."""
        size = texts.nbytes  # a walk without the compiler takes sixteen times as long
        if size * len(self._names) > SHORT or pays_to_compile(size >> 4):
            data, starts = to_utf8(texts)
            along = (data, starts, *self._tree, _build_digit_table())
            return np.asarray(_find_suspects.through(data.size, *along))
        folded = [(text or "").casefold() for text in texts.to_pylist()]
        whole = "\n".join(folded)
        there = [name for name in self._folded if name in whole]
        if not there and not CLOSE_DIGITS.search(whole):
            return np.zeros(len(folded), bool)
        named = [any(name in text for name in there) for text in folded]
        return np.array(named) | [bool(CLOSE_DIGITS.search(text)) for text in folded]


@cache
def _list_cases(character: str) -> list[str]:
    """List a character and those that differ from it in case alone."""
    (folds, points), fold = _group_by_fold(), _build_fold_table()[ord(character)]
    return [*map(chr, points[slice(*np.searchsorted(folds, (fold, fold + 1)))])]


@cache
def _build_digit_table() -> npt.NDArray[np.uint8]:
    table = np.zeros(UNICODE_END, np.uint8)
    table[_to_code_points(NUMERALS)] = _DIGIT
    table[_to_code_points(SIGNS)] = _SIGN
    return table


@Walk
def _read_code_point(data, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Decode the Unicode code point at a byte; also return its width."""
    first = np.int64(data[at])
    if first < 0x80:  # noqa: PLR2004  UTF-8's own marks, here and below
        return first, 1
    if first < 0xE0:  # noqa: PLR2004
        return (first & 0x1F) << 6 | data[at + 1] & 0x3F, 2
    low = np.int64(data[at + 1] & 0x3F) << 6 | data[at + 2] & 0x3F
    if first < 0xF0:  # noqa: PLR2004
        return (first & 0x0F) << 12 | low, 3
    return (first & 0x07) << 18 | low << 6 | data[at + 3] & 0x3F, 4


@Walk
def _is_spelling(data, at, stop, tree, node):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Return whether the next characters of a text complete a partly matched name."""
    while node and not tree.ends[node]:
        if at >= stop:
            return False
        point, width = _read_code_point(data, at)
        symbol = _number(tree, point)
        node = _find_child(tree, node, symbol) if symbol else 0
        at += width
    return node > 0


@Walk
def _is_suspect(data, at, stop, tree, begins, goes_on, numeric):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0917  pragma: no cover
    digits, signs = 0, 0
    while at < stop:
        first = np.int64(data[at])
        second = np.int64(data[at + 1]) if at + 1 < stop else 0
        third = data[at + 2] if at + 2 < stop else 0
        point, width = _read_code_point(data, at)
        at += width
        begun = begins[first << 8 | second]
        if begun > 1 or (begun and goes_on[second << 8 | third]):
            node = tree.root[_number(tree, point)]
            if node and _is_spelling(data, at, stop, tree, node):
                return True
        sign = numeric[point]
        if sign == 0:
            digits, signs = 0, 0
        elif sign == _DIGIT:
            digits, signs = digits + 1, 0
            if digits == DIGITS:
                return True
        elif signs < BETWEEN:
            signs += 1
        else:
            digits, signs = 0, 0
    return False


@Walk
def _find_suspects(data, starts, tree, begins, goes_on, numeric):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0917  pragma: no cover
    is_suspect = np.zeros(len(starts) - 1, np.bool_)
    for text in range(len(is_suspect)):
        is_suspect[text] = _is_suspect(
            data, starts[text], starts[text + 1], tree, begins, goes_on, numeric
        )
    return is_suspect


_ACCOUNTS = Suspects(WORDS)  # the words next to account names, and no member's


def _redact_suspects(texts: pa.Array) -> pa.Array:
    """Redact texts in which names were masked; most contain nothing else."""
    return change_some(texts, _ACCOUNTS.find(texts), redact_texts)


class Masker:
    """Masks the names of recorded people in text.

    Names of one character are masked only behind an @: as words they are too common.

    >>> masker = Masker(["Ann", "张三", "张三丰"])
    >>> masker.names(pa.array(["张三丰 and Ann met Annie", None])).to_pylist()
    ['[name] and [name] met Annie', None]
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.masked = {name.strip() for name in names} - _ROLES - {""}

    @cached_property
    def signs(self) -> Suspects:
        """What finds texts that may need masking."""
        return Suspects({*WORDS, *(name for name in self.masked if len(name) > 1)})

    def mask(self, texts: pa.Array) -> pa.Array:
        """Mask names, phone numbers and addresses in a text column.

        >>> Masker(["Ann"]).mask(pa.array(["Ann: 138-1234-5678", "hi"])).to_pylist()
        ['[name]: [phone]', 'hi']
        """
        if texts.null_count == len(texts):
            return texts
        texts, redact = self._mask_encoded(texts), _redact_suspects
        suspect = self.signs.find(texts)
        return change_some(texts, suspect, lambda some: redact(self.names(some)))

    def names(self, texts: pa.Array, tree: NameTree | None = None) -> pa.Array:
        """Replace every recorded name, as a tree spells it, by a placeholder."""
        every = (code_points(texts), tree or self.tree, SOMEBODY)
        masked, is_masked = _replace_names(*every)
        if not is_masked.any():
            return texts
        return from_code_points(masked, pc.is_valid(texts))

    def mask_names(self, texts: pa.Array) -> pa.Array:
        """Replace names in a few texts, most often one name of all that are known."""
        if find_encoded(texts).any():
            return self.names(self._mask_encoded(texts))
        whole = "\n".join(filter(None, texts.to_pylist())).casefold()
        held = (name for name in self.masked if name.casefold() in whole)
        return Masker(held).names(texts)

    @cached_property
    def tree(self) -> NameTree:
        """Trie of the names."""
        return name_tree(self.masked)

    @cached_property
    def _encoded(self) -> NameTree:
        """Trie of the names that web addresses write differently."""
        names = {name for name in self.masked if len(name) > 1}
        spellings = {spell(name) for name in names for spell in (quote, quote_plus)}
        return name_tree(spellings - names)

    def _mask_encoded(self, texts: pa.Array) -> pa.Array:
        """Mask recorded names in the percent-encoded parts of web addresses."""
        encoded = find_encoded(texts)
        return change_some(texts, encoded, lambda some: self.names(some, self._encoded))


def find_encoded(texts: pa.Array) -> Bools:
    """Return which texts may have percent-encoded parts of web addresses."""
    return count_word(to_utf8(texts), "%") > 0


def mask_together(
    texts: pa.Array, maskers: Sequence[Masker], sizes: Sequence[int]
) -> pa.Array:
    """Mask the texts of some exports, so many of each, by the names of each.

    Few hold a name of anybody: all are looked through at once.

    >>> texts = pa.array(["Ann: hi", "Bob and Ann"])
    >>> mask_together(texts, [Masker(["Ann"]), Masker(["Bob"])], [1, 1]).to_pylist()
    ['[name]: hi', '[name] and Ann']
    """
    if len(maskers) == 1 or texts.null_count == len(texts):
        return maskers[0].mask(texts)
    every = Masker(set().union(*(one.masked for one in maskers)))
    if texts.nbytes * len(every.masked) > SHORT and not pays_to_compile(0):
        half, end = len(maskers) // 2, sum(sizes[: len(maskers) // 2])
        halves = (
            mask_together(texts[:end], maskers[:half], sizes[:half]),
            mask_together(texts[end:], maskers[half:], sizes[half:]),
        )
        return pa.concat_arrays(halves)
    suspect = every.signs.find(texts) | find_encoded(texts)
    if not suspect.any():
        return texts
    mask = pa.array(suspect)
    held = texts.filter(mask)
    _, is_named = _replace_names(code_points(held), every.tree, SOMEBODY)
    is_own = is_named | find_encoded(held)
    if is_own.any():
        own, owners = held.filter(pa.array(is_own)), np.repeat(range(len(sizes)), sizes)
        ends = np.searchsorted(owners[suspect][is_own], range(len(sizes) + 1))
        parts = [
            one.mask_names(own[start:end])
            for one, start, end in zip(maskers, ends[:-1], ends[1:], strict=True)
            if start < end
        ]
        held = pc.replace_with_mask(held, pa.array(is_own), pa.concat_arrays(parts))
    return pc.replace_with_mask(texts, mask, _redact_suspects(held))
