"""Read rows whose notices have types, of any number of groups, by a description."""

import re
from collections.abc import Iterator
from typing import Any

from helpers.formats.reading.chat import find_all
from helpers.formats.reading.source import Source
from helpers.formats.rows.columns import (
    build_messages,
    classify_markdown,
    list_reactions,
    to_ids,
    yield_rows,
)
from helpers.formats.rows.losses import REPLIES_MISSING
from helpers.formats.rows.people import NAMED
from helpers.formats.rules import records
from helpers.formats.rules.programs import Program
from helpers.formats.rules.records import KEPT, Block
from helpers.records import Batch, from_rows
from helpers.text.columns import to_text_array

Row = dict[str, Any]


class Reader(records.Reader):
    """Reads one export of a program."""

    signature: re.Pattern[str] | None = None  # before what a bridge brings over
    has_groups_last = True  # else they are told in another place

    def __init__(self, source: Source, program: Program) -> None:
        super().__init__(source, program)
        self.groups: dict[str, None] = {}
        self.missing = 0  # that a server counted, and that were not read

    def read_file(self, name: str) -> Iterator[Batch]:
        """Yield the records of one file, its groups last."""
        self.groups, self.missing = {}, 0
        yield from super().read_file(name)
        self.note_missing(name)
        if self.has_groups_last:
            yield from self.close_groups()

    def note_missing(self, name: str) -> None:
        """Note the replies that were counted and not read."""
        if self.missing > 0:
            self.source.losses.noted(REPLIES_MISSING, name, 0, self.missing)

    def open_document(self) -> Iterator[Batch]:
        """Yield nothing: groups are told when all is read."""
        yield from ()

    def close_groups(self) -> Iterator[Batch]:
        """Yield the records of the groups that the file is about."""
        for group in self.groups:
            yield from_rows("group", [self.describe_group(group)])

    def describe_group(self, group: str) -> Row:
        """Return what is known of a group."""
        place = {"group": group, "file": self.file, "position": 1}
        told = {"label": group, "platform": self.program.platform}
        return {**place, **told, **self.program.group}

    def read_block(self, block: Block) -> Iterator[Batch]:
        """Yield messages, and the events, reactions and answers told by them."""
        if any(block["group"]):
            block["group"] = [str(one or self.group) for one in block["group"]]
        else:
            block["group"] = [self.group] * len(block)
        for role in {"id", "reply_to", "sender_id"} - self.paths.texts:
            block[role] = to_ids(block[role])
        block.times = self.read_times(block["time"])
        self.prepare(block)
        if any(block["mentions"]):
            block["mentions"] = [
                to_ids([who for who in named if who]) if named else None
                for named in block["mentions"]
            ]
        self.groups |= dict.fromkeys(block["group"])
        self.meet(block)
        times, kinds = block.times, self.classify(block)
        block["kind"], rules = kinds, block["rule"]
        for at in find_all("system".__eq__, kinds):
            rules[at] = f"{self.program.platform}.{block['type'][at]}"
        senders = block["sender_id"].copy()
        for at in self.list_unwritten(block):
            senders[at] = None
        yield build_messages(
            file=block["file"] if "file" in block else self.file,  # noqa: SIM401
            position=block.positions,
            group=block["group"],
            time_us=times,
            sender=self.find_authors(block, senders),
            kind=kinds,
            text=block["text"],
            rule=rules if any(rules) else None,
            **{role: block[role] for role in ("id", "reply_to")},
            **{role: block[role] for role in KEPT if role in block},
        )
        events = [
            self.place(block, at) | {"time_us": times[at].as_py()} | row
            for at, row in self.list_events(block)
        ]
        yield from yield_rows(event=events, reaction=[*self.list_reactions(block)])
        if "replies" in block:
            counted, threads = sum(filter(None, block["replies"])), block["thread"]
            self.missing += counted - (len(threads) - threads.count(None))

    def meet(self, block: Block) -> None:
        """Record the names of those who wrote."""
        first = block.take_distinct() if self.program.repeated else block
        rows = first.rows("group", "sender_id", *self.program.names)
        for group, who, *names in set(rows) if self.program.names else ():
            if who and not who.startswith(NAMED):
                self.source.people.met(group, who, *names)

    def classify(self, block: Block) -> list[str]:
        """Return the kinds of the rows."""
        if "kind" in block:
            return block["kind"]
        return [classify_markdown(text) for text in block["text"]]

    def list_unwritten(self, block: Block) -> list[int]:
        """Return which rows nobody wrote."""
        return find_all("system".__eq__, block["kind"])

    def find_authors(self, block: Block, authors: list[str | None]) -> Any:  # noqa: ANN401  a column
        """Return who wrote each row, also behind a bot that speaks for several."""
        people, groups = self.source.people, block["group"]
        if any(block["relayed"]):
            rows = zip(groups, authors, block["relayed"], strict=True)
            authors = [
                people.relayed(group, who, name) if who and name else who
                for group, who, name in rows
            ]
        if self.signature is None:
            return authors
        every = {*groups}
        for group in every:
            pairs = zip(authors, groups, strict=True) if len(every) > 1 else ()
            own = [one if its == group else None for one, its in pairs] or authors
            senders = to_text_array(own).dictionary_encode()
            found = people.find_signed(group, senders, block["text"], self.signature)
            if not found and len(every) == 1:  # as nearly always
                return senders
            for at, who in found.items():
                authors[at] = who
        return authors

    def list_events(self, block: Block) -> Iterator[tuple[int, Row]]:
        """Yield where notices stand, and the event that each tells."""
        for at in find_all("system".__eq__, block["kind"]):
            yield at, self.describe_notice(block, at)

    def describe_notice(self, block: Block, at: int) -> Row:
        """Return the event that a notice tells: what its type means, of whom."""
        kind = str(block["type"][at])
        return {
            "rule": f"{self.program.platform}.{kind}",
            "kind": self.program.notice_kinds.get(kind, "unrecognised"),
            "actor": block["sender_id"][at],
        }

    def list_reactions(self, block: Block) -> Iterator[Row]:
        """Yield reactions: one a named person, one for those who are only counted."""
        part = block.take(find_all(bool, block["reactions"]))
        rows = zip(
            part.rows("reactions", "reaction_counts"),
            self.list_reactors(part),
            strict=True,
        )
        for at, ((kinds, counts), people) in enumerate(rows):
            place = self.place(part, at) | {"message": part["id"][at]}
            for n, kind in enumerate(kinds):
                who = people[n] if people else None
                named = who if isinstance(who, list) else [who]
                count = (counts[n] or 0) if counts else 1
                yield from list_reactions(place | {"kind": kind}, to_ids(named), count)

    def list_reactors(self, block: Block) -> list[Any]:
        """Return whom each reaction of each row names."""
        return block["reaction_people"]
