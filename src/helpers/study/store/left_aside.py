"""Why exports were left aside, in a few words that name no file and nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from helpers.errors import (
    AmbiguousFormatError,
    BrokenFileError,
    UnforeseenError,
    UnknownFormatError,
)
from helpers.formats.whatsapp.whatsapp_header import UndecidedDateOrderError

REASONS = (
    (UnknownFormatError, "of no format that is known"),
    (AmbiguousFormatError, "of more than one format (say --format)"),
    (UndecidedDateOrderError, "of which days and months can't be told (--date-order)"),
    (UnforeseenError, "on which the reader failed"),
)
BROKEN = "damaged, empty or refused"


def reasons(refused: Iterable[BrokenFileError]) -> dict[str, int]:
    """Count what was left aside by reason.

    >>> reasons([UnknownFormatError("is of no format that is known here")])
    {'of no format that is known': 1}
    """
    found = Counter(
        next((why for kind, why in REASONS if isinstance(error, kind)), BROKEN)
        for error in refused
    )
    return dict(sorted(found.items()))
