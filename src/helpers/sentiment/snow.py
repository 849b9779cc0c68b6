"""SnowNLP's sentiment score of many texts by compiled code, in threads.

`SnowNLP(text).sentiments` to the last bit, some hundred times faster. Before the
first score the kernel scores the texts that SnowNLP itself scored when the tables
were made; if one differs, SnowNLP does the work, and a warning says so.
"""

import math
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple, Self, cast

import numba
import numpy as np
import pyarrow as pa

from helpers.arrays import Floats
from helpers.machine import count_cores
from helpers.sentiment import kernel
from helpers.sentiment.tables import (
    Bytes,
    Golden,
    Ints,
    Measured,
    Room,
    Tables,
    find_tables_folder,
    open_tables,
)

Instrument = Callable[[pa.Array, int | None], Measured]

BLOCK = 1 << 18  # bytes of text a thread takes at once
SURROGATES = "surrogatepass"  # Python strings may hold halves; they are unknown words


class Rows(NamedTuple):
    """Texts as one byte array with offsets, for compiled code."""

    data: Bytes
    offsets: Ints

    @classmethod
    def of(cls, texts: pa.Array) -> Self:
        """Wrap an Arrow binary array without nulls, without copying."""
        _, offsets, data = texts.buffers()
        starts = np.frombuffer(offsets or bytes(8), np.int64)
        parts = np.frombuffer(data or b"", np.uint8), starts[texts.offset :]
        for part in parts:
            part.setflags(write=False)  # one type for the compiler
        return cls(parts[0], parts[1][: len(texts) + 1])

    def blocks(self) -> list[tuple[int, int]]:
        """Split the texts into ranges of about equal size in bytes."""
        if len(self.offsets) < 2:  # noqa: PLR2004 - no row
            return []
        first, last = int(self.offsets[0]), int(self.offsets[-1])
        targets = np.arange(first + BLOCK, last, BLOCK)
        inner = np.searchsorted(self.offsets, targets)
        cuts = np.unique([0, *inner, len(self.offsets) - 1]).tolist()
        return list(pairwise(cuts))


def encode_texts(texts: Iterable[object]) -> pa.Array:
    r"""Encode strings as UTF-8 in an Arrow array; other values become null."""
    return pa.array(
        [t.encode("utf-8", SURROGATES) if isinstance(t, str) else None for t in texts],
        pa.large_binary(),
    )


def measure_encoded(texts: pa.Array, threads: int | None = None) -> Measured:
    """Compute SnowNLP's sentiment scores of UTF-8 encoded texts."""
    return load_instrument()(texts, threads)


@cache
def load_instrument() -> Instrument:
    """Load the compiled sentiment scorer, or SnowNLP itself if its check fails."""
    counts, golden = _open_tables()
    sample = encode_texts(golden.texts)
    if _measure_rows(counts, Rows.of(sample), 1).score.tolist() == golden.scores:
        return lambda texts, threads: _measure_rows(counts, Rows.of(texts), threads)
    warnings.warn(
        "the compiled kernel differs from SnowNLP on this machine; "
        "SnowNLP itself scores instead, hundreds of times slower",
        RuntimeWarning,
        stacklevel=2,
    )
    return _measure_with_snownlp


@cache
def _open_tables() -> tuple[Tables, Golden]:
    opened = open_tables(meanwhile=_compile_kernel)
    _compile_kernel()
    return opened


@cache
def _compile_kernel() -> None:
    """Compile the sentiment scorer, or load its cached machine code."""
    _keep_compiled()
    nothing = Tables.empty(), Rows.of(encode_texts([]))
    with suppress(OSError):  # compiled, but it could not be kept: a slower start
        _measure_block(*nothing, (0, 0), Measured.blank(0))
    with suppress(OSError):
        kernel.split_tokens(nothing[1].data, 0, 0, nothing[0], Room.for_bytes(0))


def _keep_compiled() -> None:
    """Set numba's cache folder for the scorer's machine code."""
    place, config = find_tables_folder() / "numba", cast("Any", numba.config)
    default, config.CACHE_DIR = config.CACHE_DIR, str(place)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for entry in (kernel.score_rows, kernel.split_tokens):
            cast("Any", entry).enable_caching()
    except OSError:
        return  # the cache can't be written: a slower start
    finally:
        config.CACHE_DIR = default


def _measure_with_snownlp(texts: pa.Array, _: int | None = None) -> Measured:
    from helpers.sentiment import building  # noqa: PLC0415 - takes 420 MB

    return building.measure_texts(
        [t.decode("utf-8", SURROGATES) for t in texts.to_pylist()]
    )


def _measure_rows(counts: Tables, rows: Rows, threads: int | None) -> Measured:
    result = Measured.blank(len(rows.offsets) - 1)
    blocks = rows.blocks()
    workers = min(threads or count_cores(), len(blocks))
    if workers <= 1:
        for block in blocks:
            _measure_block(counts, rows, block, result)
        return result
    with ThreadPoolExecutor(workers) as pool:
        work = [
            pool.submit(_measure_block, counts, rows, block, result) for block in blocks
        ]
    for done in work:
        done.result()
    return result


def _measure_block(
    counts: Tables, rows: Rows, block: tuple[int, int], result: Measured
) -> None:
    first, last = block
    longest = int(np.diff(rows.offsets[first : last + 1]).max(initial=0))
    odds, kept, known = result.score, result.kept, result.known
    room = Room.for_bytes(longest)
    kernel.score_rows(*rows, first, last, counts, room, odds, kept, known)
    result.score[first:last] = _apply_logistic(odds[first:last])


def _apply_logistic(odds: Floats) -> Floats:
    """Convert log odds to probabilities by `math.exp`, exactly as SnowNLP does."""
    small = map(math.exp, (-np.abs(odds)).tolist())
    larger = 1 / (1 + np.fromiter(small, np.float64, len(odds)))
    return np.where(odds > 0, larger, 1 - larger)


@cache
def compute_prior() -> float:
    """Compute SnowNLP's sentiment score of a text without words."""
    return float(measure_encoded(encode_texts([""])).score[0])
