"""Gaps in an export's own numbering of its messages, pages or parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from helpers.formats.rows.losses import GAPS

if TYPE_CHECKING:
    from helpers.formats.reading.source import Source


def note_gaps(
    source: Source, numbers: Iterable[int], name: str, least: int = 1
) -> None:
    """Note the numbers that are missing in an export.

    Parameters
    ----------
    least
        Fewer in a row are no gap: messages that were deleted leave some.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from helpers.formats.rows.losses import Losses
    >>> source = SimpleNamespace(losses=Losses())
    >>> note_gaps(source, [1, 2, 5], "a")
    >>> [entry.rows for entry in source.losses]
    [2]
    """
    sizes = np.diff(np.unique(np.fromiter(numbers, np.int64))) - 1
    if missing := int(sizes[sizes >= least].sum()):
        source.losses.noted(GAPS, name, 0, missing)
