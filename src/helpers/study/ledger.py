"""Account for raw rows: how many were read, included or excluded, and why."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple, Self

from helpers.errors import ShequnError

READ, KEPT, ASIDE = "read", "kept", "set aside"
LEFT = "export not read"  # of which nobody knows the rows


class Entry(NamedTuple):
    """A line of a study's `ledger.csv`: processing step, file or reason, row count."""

    step: str
    reason: str
    rows: int


@dataclass(frozen=True, slots=True, repr=False)
class Ledger:
    """Account of raw rows: rows read = included + excluded, by reason.

    >>> ledger = Ledger.of({"a.tsv": 3}, {None: 2, "bot": 1})
    >>> ledger.total("read"), ledger.set_aside
    (3, {'bot': 1})
    """

    entries: tuple[Entry, ...]

    def __repr__(self) -> str:
        read, included = self.total(READ), self.total(KEPT)
        return f"Ledger({read:,} rows read, {included:,} included)"

    @classmethod
    def of(
        cls,
        read: Mapping[str, int],
        kept: Mapping[str | None, int],
        entered: Mapping[str, int] = MappingProxyType({}),
    ) -> Self:
        """Build the account from rows read per file and rows excluded by reason.

        `entered` has rows that were kept, but not as messages, by what became of them.
        """
        excluded = sorted(
            (reason, rows) for reason, rows in kept.items() if reason is not None
        )
        return cls(
            (
                *(Entry(READ, name, rows) for name, rows in sorted(read.items())),
                Entry(KEPT, "", kept.get(None, 0)),
                *(Entry(KEPT, name, rows) for name, rows in sorted(entered.items())),
                *(Entry(ASIDE, reason, rows) for reason, rows in excluded),
            )
        ).checked()

    def leaving(self, left: Mapping[str, int]) -> Self:
        """Add to the account of rows how many exports could not be read."""
        entries = tuple(
            Entry(LEFT, reason, files) for reason, files in sorted(left.items())
        )
        return replace(self, entries=(*self.entries, *entries))

    def checked(self) -> Self:
        """Return the account if its rows add up, else raise an error."""
        read, accounted = self.total(READ), self.total(KEPT) + self.total(ASIDE)
        if read != accounted:
            raise ShequnError(
                f"{read:,} rows were read but {accounted:,} are accounted for",
                where="ledger",
                remedy="build the study again; if it stays so, report it",
            )
        return self

    def total(self, step: str) -> int:
        """Return the number of raw rows read, included or excluded; `step` selects."""
        return sum(entry.rows for entry in self.entries if entry.step == step)

    @property
    def kept(self) -> dict[str, int]:
        """Number of included rows, by the table they enter (``''`` for messages)."""
        return {
            entry.reason: entry.rows for entry in self.entries if entry.step == KEPT
        }

    @property
    def set_aside(self) -> dict[str, int]:
        """Number of excluded rows, by reason."""
        return {
            entry.reason: entry.rows for entry in self.entries if entry.step == ASIDE
        }

    def as_csv(self) -> str:
        """Serialise the account of rows as the text of ``ledger.csv``."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([Entry._fields, *self.entries])
        return text.getvalue()

    @classmethod
    def from_csv(cls, text: str) -> Self:
        """Parse the account of rows from the text of ``ledger.csv``."""
        rows = csv.DictReader(io.StringIO(text))
        return cls(
            tuple(Entry(row["step"], row["reason"], int(row["rows"])) for row in rows)
        )
