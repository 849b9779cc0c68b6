"""Readers of programs that are described as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import compress
from typing import Any

from helpers.formats.reading.source import Head, Source, Weight
from helpers.formats.rules.by_rule import fix
from helpers.formats.rules.conversations import read_conversation
from helpers.formats.rules.documents import read_json_rows, read_list
from helpers.formats.rules.lines import read_lines
from helpers.formats.rules.programs import Program
from helpers.formats.table import Rows, Table, read_rows
from helpers.records import Batch


class Described:
    """A reader of one program's exports, by its description."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.NAME, self.OBSERVES = program.name, program.observability
        self.OUTSIDE = program.outside

    def has_signature(self, head: Head) -> bool:
        """Detect the program's files by how they begin, or by their keys."""
        start = head.start.lstrip("\ufeff \n")
        if len(head.names) == 1 and self._program.begins(start):
            return True
        return any(set(keys) <= head.paths for keys in self._program.keys)

    def weight(self, _: Head) -> Weight:
        """Return how strongly a beginning or keys of its own indicate the program."""
        begins = bool(self._program.starts)
        return Weight(own=True, begins=begins, lines=begins << 21)

    def read(self, source: Source) -> Iterator[Batch]:
        """Yield the records of one export."""
        program = self._program
        if program.rows:
            yield from read_conversation(source, program)
        elif program.columns:
            table = Table(
                lambda: self._read_blocks(source),
                fix({role: role for role in program.columns}),
            )
            yield from read_rows(source, table, program.platform or "table")
        else:
            yield from read_lines(source, program)

    def _read_blocks(self, source: Source) -> Iterator[Rows]:
        """Yield the rows of what was said, without receipts and the like."""
        is_list = source.head.start.lstrip("\ufeff \n").startswith("[")
        for rows in read_list(source, "") if is_list else read_json_rows(source):
            size = len(rows.position)
            columns = {
                role: [_take_filled(cells) for cells in zip(*listed, strict=True)]
                for role, theirs in self._program.columns.items()
                if (listed := [rows.columns.get(one, [None] * size) for one in theirs])
            }
            kept = list(map(bool, columns.get(self._program.said, [True] * size)))
            columns = {role: list(compress(c, kept)) for role, c in columns.items()}
            if any(kept):
                yield Rows(columns, list(compress(rows.position, kept)))


def _take_filled(cells: Iterable[Any]) -> object:
    return next((one for one in cells if one not in (None, "")), None)
