"""Select the chats in an export that are groups.

Private chats, saved messages, bots, channels in which few may write, and direct
messages (those among several too) are none. A format says by `OUTSIDE` which of its
kinds of chat are which; ``direct:`` before a key is a direct message in any format.
"""

import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc

from helpers.formats import Format
from helpers.records import SCHEMAS, Batch, RecordKind
from helpers.wording import say

DIRECT = "direct:"
OTHER_CHATS: Mapping[str, str] = MappingProxyType(
    {
        "private": say("private chats"), "saved": say("saved messages"),
        "bots": say("chats with bots"), "channels": say("channels"),
        "direct": say("direct messages"),
    }
)  # fmt: skip
"""What is no group, by the word that asks for it (``--include``)."""


class Frame:
    """Which chats of an export count as groups, and how many chats are excluded."""

    def __init__(
        self, form: Format, include: Collection[str], *, is_direct: bool = False
    ) -> None:
        self._is_direct = is_direct  # the whole export
        self._outside: Mapping[str, str] = getattr(form, "OUTSIDE", {})
        self._include = include
        self._kinds: dict[str, str] = {}
        self._left: dict[str, str] = {}
        self.messages = Counter[str]()

    @property
    def chats(self) -> dict[str, int]:
        """Number of excluded chats by kind, such as private chats."""
        return dict(sorted(Counter(self._left.values()).items()))

    def meet(self, batch: Batch) -> None:
        """Record which chats in a batch are groups, channels or private."""
        if batch.kind == "group":
            for row in batch.table.select(["group", "kind"]).to_pylist():
                if row["kind"]:
                    self._kinds[row["group"]] = row["kind"]

    def other(self, group: str | None) -> str | None:
        """Return the kind (such as direct) of an excluded chat, None for a group."""
        word = self._outside.get(self._kinds.get(group or "", ""))
        is_direct = self._is_direct or (group or "").startswith(DIRECT)
        if word is None and is_direct:
            word = "direct"
        return None if word in self._include else word

    def inside(self, batch: Batch) -> Batch:
        """Return only the records of groups, and count excluded chats."""
        column = batch.table["group"]
        words = {group: self.other(group) for group in pc.unique(column).to_pylist()}
        excluded_chats = {group: word for group, word in words.items() if word}
        if not excluded_chats:
            return batch
        self._left |= {str(group): word for group, word in excluded_chats.items()}
        plain = column.cast(pa.string())
        if batch.kind == "message":
            for row in pc.value_counts(plain).to_pylist():
                if word := excluded_chats.get(row["values"]):
                    self.messages[word] += row["counts"]
        left_out = pc.is_in(plain, pa.array(list(excluded_chats), pa.string()))
        return Batch(batch.kind, batch.table.filter(pc.invert(left_out)))


MEMORY = 1 << 24  # bytes of records that wait in memory


class Spool:
    """Records that wait until all names in an export were read, on disk if many."""

    def __init__(self) -> None:
        self._waiting: dict[RecordKind, list[pa.RecordBatch]] = {}
        self._size = 0
        self._files: dict[str, IO[bytes]] = {}
        self._writers: dict[str, Any] = {}

    def add(self, batch: Batch) -> None:
        """Append a batch of records to those of its kind."""
        self._waiting.setdefault(batch.kind, []).append(batch.table)
        self._size += batch.table.get_total_buffer_size()
        if self._size > MEMORY:
            self._write()

    def _write(self) -> None:
        for kind, tables in self._waiting.items():
            if kind not in self._files:
                file = tempfile.TemporaryFile()  # noqa: SIM115  closed by `__iter__`
                self._files[kind] = file
                self._writers[kind] = pa.ipc.new_stream(file, SCHEMAS[kind])
            for table in tables:
                self._writers[kind].write_batch(table)
        self._waiting, self._size = {}, 0

    def __iter__(self) -> Iterator[Batch]:
        """Yield all stored batches, by kind of record; once only."""
        for kind in SCHEMAS:
            if kind in self._files:
                self._writers[kind].close()
                with self._files[kind] as file:
                    file.seek(0)
                    for table in pa.ipc.open_stream(file):
                        yield Batch(kind, table)
            for table in self._waiting.pop(kind, ()):
                yield Batch(kind, table)
