"""Types of numpy arrays used in all packages, and arrays of Arrow's columns."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]


def fill(column: pa.Array, value: Any = 0) -> npt.NDArray[Any]:  # noqa: ANN401 - of any type
    """Return values as an array; to fill in none costs more than a few rows.

    >>> fill(pa.array([3, None])).tolist()
    [3, 0]
    """
    return np.asarray(column.fill_null(value) if column.null_count else column)
