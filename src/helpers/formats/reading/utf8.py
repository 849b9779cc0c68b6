"""Columns of text as the bytes that Arrow keeps: what compiled loops walk along."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


class Utf8(NamedTuple):
    """The bytes of a column in one row, and where each text starts.

    Attributes
    ----------
    data
        UTF-8 of all texts, uint8; a null has none.
    starts
        Offsets of length n + 1 into `data`.
    """

    data: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int32]


def utf8(texts: pa.Array) -> Utf8:
    """Return the bytes of a string array, which are not copied.

    >>> utf8(pa.array(["ab", None, "群"])).starts.tolist()
    [0, 2, 2, 5]
    """
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    if not len(texts):
        return Utf8(np.zeros(0, np.uint8), np.zeros(1, np.int32))
    _, offsets, data = texts.buffers()
    starts = np.frombuffer(offsets, np.int32)[texts.offset :][: len(texts) + 1]
    return Utf8(np.frombuffer(data or b"", np.uint8), starts)
