"""Find messages that stand in several chunks of one export."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


class _Seen(NamedTuple):
    first_us: int
    last_us: int
    ids: npt.NDArray[np.int64]


class Overlaps:
    """What earlier blocks held: eight bytes a message, and their span of time.

    Examples
    --------
    >>> import pyarrow as pa
    >>> seen = Overlaps()
    >>> seen.repeated(pa.array(["a", "b", "a"]), pa.array([1, 2, 1]))
    {2}
    >>> seen.repeated(pa.array(["b", "c"]), pa.array([2, 3]))
    {0}
    """

    def __init__(self) -> None:
        self._seen: list[_Seen] = []

    def repeated(self, ids: pa.Array, times: pa.Array) -> set[int]:
        """Return the positions of ids met before; a message without id never is."""
        span = pc.min_max(times).as_py()
        first, last = span["min"] or 0, span["max"] or 0
        hashed = np.fromiter(map(hash, ids.to_pylist()), np.int64)
        earlier = [
            seen.ids
            for seen in self._seen
            if seen.first_us <= last and first <= seen.last_us
        ]
        again = np.zeros(len(hashed), bool)
        if np.unique(hashed).size < len(hashed):  # rare; where is dearer than whether
            again[:] = True
            again[np.unique(hashed, return_index=True)[1]] = False
        if earlier:
            again |= np.isin(hashed, np.concatenate(earlier))
        self._seen.append(_Seen(first, last, hashed))
        return {at for at in np.flatnonzero(again).tolist() if ids[at].as_py()}
