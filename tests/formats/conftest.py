"""What the tests of readers share: an export from text, read before pseudonyms."""

import pytest

from helpers.formats import FORMATS, Source
from helpers.formats.rows.times import check_times


class Read:
    """All records of one export, as the reader itself yields them."""

    def __init__(self, name, path, options=None):
        self.source = Source(path, options)
        self.recognised = FORMATS[name].has_signature(self.source.head)
        self.rows = {}
        for batch in check_times(FORMATS[name].read(self.source), self.source):
            self.rows.setdefault(batch.kind, []).extend(batch.table.to_pylist())

    def column(self, kind, *names):
        """One tuple a row, or bare values for a single column."""
        rows = self.rows.get(kind, [])
        if len(names) == 1:
            return [row[names[0]] for row in rows]
        return [tuple(row[name] for name in names) for row in rows]

    @property
    def losses(self):
        """(kind, reason, rows) of every entry."""
        return [(one.kind, one.reason, one.rows) for one in self.source.losses]


@pytest.fixture
def key(tmp_path):
    """A file with a key for pseudonyms."""
    path = tmp_path / "key"
    path.write_text("0" * 64)
    return path


@pytest.fixture
def read(put, tmp_path):
    """Return a function: format, content and file name to what was read.

    A mapping from file names to contents becomes a folder when `name` is None.
    """

    def write(form, content, name="export.json", options=None):
        if name is None:
            for inner, one in content.items():
                put(one, f"export/{inner}")
            return Read(form, tmp_path / "export", options)
        return Read(form, put(content, name), options)

    return write
