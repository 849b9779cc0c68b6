"""Message texts as arrays of characters (code points) or UTF-8 bytes."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools, Ints

Texts: TypeAlias = Iterable[str | None] | pa.Array | pa.ChunkedArray

UNICODE_END = 0x110000
WIDER_FROM = (0x80, 0x800, 0x10000)  # where UTF-8 takes one byte more


def to_text_array(texts: Texts) -> pa.Array:
    r"""Convert any sequence of texts to one Arrow string array.

    Arrow holds no lone surrogates: a pair becomes its character, a lone half the
    replacement character U+FFFD. NaN counts as null.
    """
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if isinstance(texts, pa.Array):
        return texts.cast(pa.string())
    held = list(texts)
    try:
        return pa.array(held, pa.string(), from_pandas=True)
    except UnicodeEncodeError:
        mended = [
            text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            if isinstance(text, str)
            else text
            for text in held
        ]
        return pa.array(mended, pa.string(), from_pandas=True)


class CodePoints(NamedTuple):
    """All code points of a text column in one array, and where each text starts."""

    points: npt.NDArray[np.uint32]  # code points of all texts, uint32; a null has none
    starts: Ints  # offsets of length n + 1 into `points`

    def totals(self, counted: Bools) -> Ints:
        """Count the characters of each text that a Boolean mask selects."""
        running = np.zeros(len(counted) + 1, np.int32)  # a column is 2 GiB at most
        np.cumsum(counted, out=running[1:])
        return np.diff(running[self.starts]).astype(np.int64)

    def holds(self, wanted: Bools) -> Bools:
        """Return for each text whether a Boolean mask selects any character."""
        held = np.zeros(len(self.starts) - 1, bool)
        at = np.flatnonzero(wanted)
        held[np.searchsorted(self.starts, at, side="right") - 1] = True
        return held

    @property
    def owners(self) -> Ints:
        """Index of the text to which each character belongs."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


def code_points(texts: pa.Array) -> CodePoints:
    """Decode an Arrow string array to Unicode code points.

    >>> code_points(pa.array(["ab", None, "群"])).starts.tolist()
    [0, 2, 2, 3]
    """
    filled = pc.fill_null(texts, "")
    lengths = pc.utf8_length(filled).to_numpy(zero_copy_only=False)
    joined = pc.binary_join(to_list_array(filled), "")[0].as_py() if len(filled) else ""
    points = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
    return CodePoints(points, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]))


def from_code_points(column: CodePoints, valid: pa.Array) -> pa.Array:
    """Encode code points as a string array, null where `valid` is false."""
    points = column.points
    widths = 1 + sum((points >= least).astype(np.int64) for least in WIDER_FROM)
    ends = np.concatenate([[0], np.cumsum(widths)])[column.starts].astype(np.int32)
    spelled = points.tobytes().decode("utf-32-le").encode()
    texts = pa.StringArray.from_buffers(
        len(valid), pa.py_buffer(ends), pa.py_buffer(spelled)
    )
    return pc.if_else(valid, texts, pa.scalar(None, pa.string()))


def change_some(
    texts: pa.Array, which: Bools, change: Callable[[pa.Array], pa.Array]
) -> pa.Array:
    """Return a text column of which some texts are changed."""
    if not which.any():
        return texts
    mask = pa.array(which)
    return pc.replace_with_mask(texts, mask, change(texts.filter(mask)))


def match_pattern(texts: pa.Array, pattern: str) -> Bools:
    """Return for each text whether an RE2 pattern matches; false for null.

    >>> match_pattern(pa.array(["a1", "b", None]), "[0-9]").tolist()
    [True, False, False]
    """
    is_match = pc.match_substring_regex(texts, pattern)
    return np.asarray(pc.fill_null(is_match, fill_value=False), bool)


def count_matches(texts: pa.Array, pattern: str) -> Ints:
    """Count the matches of an RE2 pattern in each text; 0 for null.

    >>> count_matches(pa.array(["a1b2", "b", None]), "[0-9]").tolist()
    [2, 0, 0]
    """
    counts = pc.fill_null(pc.count_substring_regex(texts, pattern), 0)
    return np.asarray(counts, np.int64)


def to_list_array(texts: pa.Array) -> pa.Array:
    """Wrap an array of texts as a single list, for Arrow functions on lists."""
    return pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)


def build_class_table(
    ranges: dict[int, list[tuple[int, int]]],
) -> npt.NDArray[np.uint8]:
    """Build an array with the class number of each Unicode code point, from ranges.

    >>> build_class_table({1: [(0x4E00, 0x9FFF)]})[[ord("a"), ord("群")]].tolist()
    [0, 1]
    """
    table = np.zeros(UNICODE_END, np.uint8)
    for label, spans in ranges.items():
        for first, last in spans:
            table[first : last + 1] = label
    return table


class Utf8(NamedTuple):
    """The UTF-8 bytes of a text column, and where each text starts."""

    data: npt.NDArray[np.uint8]  # UTF-8 of all texts, uint8; a null has none
    starts: npt.NDArray[np.int32]  # offsets of length n + 1 into `data`


def to_utf8(texts: pa.Array) -> Utf8:
    """Return the UTF-8 bytes of a string array without copying."""
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    if not len(texts):
        return Utf8(np.frombuffer(b"", np.uint8), np.frombuffer(bytes(4), np.int32))
    _, offsets, data = texts.buffers()
    starts = np.frombuffer(offsets, np.int32)[texts.offset :][: len(texts) + 1]
    return Utf8(np.frombuffer(data or b"", np.uint8), starts)


def count_word(column: Utf8, word: str) -> Ints:
    """Count how often a word is in each text, told by its last bytes first."""
    data, starts = column.data[: column.starts[-1]], column.starts
    *before, last = word.encode()
    ends = np.flatnonzero(data[len(before) :] == last) + len(before)
    if not ends.size:  # all that follows takes longer for a few texts
        return np.zeros(len(starts) - 1, np.int64)
    for back, byte in enumerate(reversed(before), 1):
        ends = ends[data[ends - back] == byte]
    owners = np.searchsorted(starts, ends, side="right") - 1
    owners = owners[ends - len(before) >= starts[owners]]
    return np.bincount(owners, minlength=len(starts) - 1)
