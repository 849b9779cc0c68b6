"""Count records that are lost or doubtful while reading an export."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from helpers.wording import say

KEPT_POSITIONS = 20
THREAD = "threads, read as topics of their groups"
IMPORTED = "imported history, without times of writing"
FUTURE_EXPORT = "says that it was exported after today"
GAPS = "numbers missing in the export's own count"
UNDELIVERED = "could not be decrypted by the exporter: messages without their text"
OF_FILE = "comments on files and canvases, which are no group's messages"
SHARED = "ids that several messages share: they are not used"
SAME_ID = "groups that another program's export has under the same id: taken for one"
RENUMBERED = "ids that an earlier file gave to other messages: they are told apart"
ROUNDED = "ids rounded by a spreadsheet: they are not used"
COMMITS = "columns that lists of commits have: maybe no chat"
PAYMENTS = "columns that lists of payments have: maybe no chat"
LOG = "columns or levels that logs of programs have: maybe no chat"
TURNS = "roles that talks with a language model have: maybe no chat"
SWAPPED = "days and months that a spreadsheet had swapped: read as the other rows say"
RULED = "files of no program that is known, read by rule: see whether all is right"
BY_NAMES = (
    "tables of no program that is known, read by the names of their columns: see"
    " whether all is right"
)
REPLIES_MISSING = "replies that the export counts and does not contain"
THREADS_APART = "threads begun here, which are files of their own if they were exported"
NEW_NUMBER = (
    "people who took a number that is not told: list their old and new one in --people"
)
STRANGERS = (
    "groups of one name in whose exports nobody is the same, or no message of the same"
    " days, or that began twice: taken for one; if they are two, call their files by"
    " two names"
)
SAID = frozenset(  # notes that a run repeats
    {
        THREAD, IMPORTED, GAPS, UNDELIVERED, OF_FILE, SHARED, RENUMBERED, SAME_ID,
        ROUNDED, SWAPPED, COMMITS, PAYMENTS, LOG, TURNS, RULED, BY_NAMES,
        REPLIES_MISSING, THREADS_APART, NEW_NUMBER, STRANGERS,
    }
)  # fmt: skip


@dataclass(slots=True)
class Entry:
    """Lost or doubtful records of a file: the reason, row count and first positions."""

    # ``loss`` (rows that could not be read) or ``note`` (rows read with a doubt, or a
    # count that does not balance)
    kind: Literal["loss", "note"]
    reason: str
    file: str
    rows: int = 0
    # line, entry or row numbers from 1; the first twenty at most
    positions: list[int] = field(default_factory=list)


class Losses:
    """Counts of an export's records that could not be read or may be wrong, by reason.

    >>> losses = Losses()
    >>> losses.lost("not JSON", "a.jsonl", 7)
    >>> losses.balance("messages", "a.jsonl", declared=12, found=11)
    >>> [(entry.kind, entry.reason, entry.rows) for entry in losses]
    [('loss', 'not JSON', 1), ('note', 'messages: 12 declared, 11 found', 1)]
    >>> losses.rows
    1
    """

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str, str], Entry] = {}
        self._threads: set[tuple[str, str]] = set()
        self.senders = Counter[str]()  # of lost rows, where their sender was read

    def lost(self, reason: str, file: str, position: int, rows: int = 1) -> None:
        """Record that rows of a file could not be read, and why."""
        self._add(Entry("loss", reason, file, rows), position)

    def noted(self, reason: str, file: str, position: int, rows: int = 1) -> None:
        """Record that rows of a file were read but are doubtful, and why."""
        self._add(Entry("note", reason, file, rows), position)

    def read_threads(self, group: str, threads: Iterable[str], file: str) -> None:
        """Note topics and threads that are parts of a group, each once."""
        fresh = {(group, thread) for thread in threads} - self._threads
        self._threads |= fresh
        if fresh:
            self.noted(THREAD, file, 0, len(fresh))

    def balance(
        self, what: str, file: str, *, declared: int | None, found: int
    ) -> None:
        """Flag a file for which the exporter states another row count than was read."""
        if declared is not None and declared != found:
            reason = say(
                "{what}: {declared} declared, {found} found",
                what=what, declared=declared, found=found,
            )  # fmt: skip
            self.noted(reason, file, 0, abs(declared - found))

    @property
    def rows(self) -> int:
        """Number of lost rows; doubtful ones are not counted."""
        return sum(entry.rows for entry in self if entry.kind == "loss")

    def rows_of(self, reason: str) -> int:
        """Return the number of rows lost for a reason."""
        why = ("loss", reason)
        return sum(one.rows for one in self if (one.kind, one.reason) == why)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def _add(self, new: Entry, position: int) -> None:
        key = (new.kind, new.reason, new.file)
        entry = self._entries.setdefault(key, Entry(*key))
        entry.rows += new.rows
        if position and len(entry.positions) < KEPT_POSITIONS:
            entry.positions.append(position)


def note_gaps(
    losses: Losses, numbers: Iterable[int], name: str, least: int = 1
) -> None:
    """Note the numbers that are missing in an export.

    >>> losses = Losses()
    >>> note_gaps(losses, [1, 2, 5], "a")
    >>> [entry.rows for entry in losses]
    [2]
    """
    sizes = np.diff(np.sort(np.fromiter(numbers, np.int64))) - 1
    if missing := int(sizes[sizes >= least].sum()):
        losses.noted(GAPS, name, 0, missing)
