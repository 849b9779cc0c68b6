"""Readers of programs that are described as data."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from importlib import import_module
from itertools import compress

from helpers.formats.reading.source import Head, Source, Weight
from helpers.formats.reading.tabular import Rows, read_header
from helpers.formats.rules.by_rule import fix
from helpers.formats.rules.documents import read_json_rows, read_list
from helpers.formats.rules.layouts import clean_start, fits, weigh
from helpers.formats.rules.lines import read_lines
from helpers.formats.rules.paths import fill
from helpers.formats.rules.programs import Program
from helpers.formats.rules.records import TABLES, Reader
from helpers.formats.table import Table, read_rows
from helpers.records import Batch


class Described:
    """A reader of one program's exports, by its description."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.NAME, self.OBSERVES = program.name, program.observability
        self.OUTSIDE = program.outside
        hook = f"helpers.formats.rules.hooks.{program.hook}"
        self._hook = import_module(hook) if program.hook else None
        for name in ("list_parts", "list_sent", "weight"):
            if hasattr(self._hook, name):
                setattr(self, name, getattr(self._hook, name))

    def has_signature(self, head: Head) -> bool:
        """Detect the program's files by how they begin, or by their keys."""
        if self._hook and hasattr(self._hook, "has_signature"):
            told: bool | None = self._hook.has_signature(head)
            if told is not None:
                return told
        if fits(head, self._program):
            return True
        files = self._program.files
        listed = self._program.list_files(head.names) if files else []
        return any(self._has_keys(head, name) for name in (listed or head.names)[:1])

    def _has_keys(self, head: Head, name: str) -> bool:
        """Return whether a file has the keys, or a table the columns."""
        if name.endswith(TABLES):
            there: AbstractSet[str] = {
                f"[].{key}" for key in read_header(head.text(name))
            }
        else:
            there = head.keys(name)
        return any(there >= {*keys} for keys in self._program.keys)

    def weight(self, head: Head) -> Weight:
        """Return how strongly a beginning or keys of its own indicate the program."""
        return weigh(head, self._program) if self._program.lines else Weight(own=True)

    def read(self, source: Source) -> Iterator[Batch]:
        """Yield the records of one export."""
        program = self._program
        if self._hook:
            yield from self._hook.Reader(source, program).read()
        elif program.rows is not None:
            yield from Reader(source, program).read()
        elif program.columns:
            table = Table(
                lambda: self._read_blocks(source),
                fix({role: (role,) for role in program.columns}),
            )
            yield from read_rows(source, table, program.platform or "table")
        else:
            yield from read_lines(source, program)

    def _read_blocks(self, source: Source) -> Iterator[Rows]:
        """Yield the rows of what was said, without receipts and the like."""
        is_list = clean_start(source.head.start).startswith("[")
        for rows in read_list(source, "") if is_list else read_json_rows(source):
            size = len(rows.position)
            none = [None] * size
            columns = {
                role: fill(listed)
                for role, theirs in self._program.columns.items()
                if (listed := [[*rows.columns.get(one, none)] for one in theirs])
            }
            there, signs = rows.columns.items(), self._program.apart
            apart = [cells for name, cells in there if name.startswith(signs)]
            rest = [not any(cells) for cells in zip(*apart, strict=True)]
            kept = rest or [True] * size
            columns = {role: list(compress(c, kept)) for role, c in columns.items()}
            if any(kept):
                yield Rows(columns, list(compress(rows.position, kept)))
