"""Convert chat exports to other tools' formats, with pseudonyms.

What crosses over has passed the boundary: people are keyed hashes, known names in text
are masked. ChatLab gets a file a group, ConvoKit one corpus folder.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

from helpers.errors import (
    BrokenFileError,
    PartlyReadError,
    ShequnError,
    ShiftedClockError,
    UnforeseenError,
)
from helpers.files import read_own_rows, replace_file, write_text
from helpers.formats import read_export
from helpers.formats.privacy.boundary import Reading
from helpers.formats.reading.source import Options
from helpers.formats.rows.export_matching import Earlier, Merge
from helpers.formats.rows.frame import OTHER_CHATS
from helpers.formats.rules.programs import load_program
from helpers.records import NOT_MESSAGES, SECOND_US, Batch, merge_group_records
from helpers.wording import say

Target = Literal["chatlab", "convokit"]
VERSION = "0.0.2"
_NUMBERS = {kind: int(label) for label, kind in load_program("chatlab").labels.items()}
_PLATFORMS = ("qq", "wechat", "telegram", "discord", "whatsapp", "line", "slack")
# ChatLab has no events, only the text of system messages: WeChat's wording, or QQ's for
# groups of QQ. People stand in it as the ids that their messages bear.
_WORDED = ("join", "leave", "kick", "rename")
_CLOSED = dict.fromkeys(("exporter_left", "migrated"), "你退出了群聊")
_DISSOLVED = "群已被群主解散"
_UNNAMED = "$names$"  # as WeChat's exporters leave what they can't resolve
_WORDINGS = ("formats", "convert_wordings.toml")

Row = dict[str, Any]
Place = tuple[str, int]  # file and position
NOBODY: Row = dict.fromkeys(("sender", "text", "id", "reply_to"))


def convert_exports(
    paths: Iterable[Path], to: Target, out: Path, *, key: Path | None = None,
    options: Options | None = None, losses: Counter[str] | None = None,
    broken: list[BrokenFileError] | None = None, unzoned: list[Path] | None = None,
) -> list[Path]:  # fmt: skip
    """Convert chat exports to a target format; return the files written."""
    if to not in get_args(Target):
        raise ShequnError(
            say("can't convert to {to!r}", to=to),
            remedy=say("choose {names}", names=" / ".join(get_args(Target))),
        )
    with TemporaryDirectory(prefix="shequn-") as folder:
        gathered = _Gathered(Path(folder))
        merge, loss_counts = Merge(), Counter[str]() if losses is None else losses
        earlier, several = Earlier(), len(paths := list(paths)) > 1
        for nth, path in enumerate(paths):
            reading = read_export(path, key=key, options=options)
            told = reading.tell_ids
            batches = earlier.translate(reading, told) if several else reading
            before = gathered.messages_read
            try:
                for batch in batches:
                    gathered.add(merge.fresh(batch, str(nth)))
            except BrokenFileError as error:
                is_unread = gathered.messages_read == before
                if broken is None or is_unread or isinstance(error, UnforeseenError):
                    raise
                broken.append(
                    PartlyReadError(error.what, where=error.where, remedy=error.remedy)
                )
            gathered.note_days(reading)
            _enter_losses(loss_counts, reading)
            _note_zone(unzoned, reading, path)
            if broken is not None:
                broken += [
                    ShiftedClockError.of(shift, str(path))
                    for shift in earlier.take_shifts()
                ]
        loss_counts["in an earlier export already"] += merge.doubles["message"]
        for kind, rows in gathered.uncarried(to).items():
            loss_counts[f"{kind} has no place in {to}"] += rows
        write = {"chatlab": _write_chatlab, "convokit": _write_convokit}[to]
        return sorted(write(gathered, out))


def _note_zone(unzoned: list[Path] | None, reading: Reading, path: Path) -> None:
    if unzoned is not None and not reading.observability.time_zone_known:
        unzoned.append(path)


def _enter_losses(loss_counts: Counter[str], reading: Reading) -> None:
    """Add the records of one export that were not read to the total counts."""
    for entry in reading.losses:
        if entry.kind == "loss":
            loss_counts[entry.reason] += entry.rows
    for word, rows in reading.frame.messages.items():
        loss_counts[f"of {OTHER_CHATS[word]} (--include {word})"] += rows


@dataclass(slots=True)
class _Gathered:
    """Records to convert: messages in files on disk, the rest in memory."""

    folder: Path
    groups: dict[str, Row] = field(default_factory=dict)
    members: dict[str, dict[str, Row]] = field(default_factory=dict)
    events: dict[str, dict[Place, list[Row]]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    # the end that exports state, and which key of the header says so
    stated: dict[str, tuple[int, str]] = field(default_factory=dict)

    def uncarried(self, to: Target) -> dict[str, int]:
        """Count, by record type, the records that a target format cannot represent."""
        lost = {"reaction", "read"}
        lost |= {kind for kind in self.seen if kind.startswith("event ")}
        if to == "convokit":
            lost |= {f"message {one}" for one in NOT_MESSAGES}
        else:
            lost -= {f"event {one}" for one in _WORDED}
        return {kind: rows for kind, rows in sorted(self.seen.items()) if kind in lost}

    def note_days(self, reading: Reading) -> None:
        """Note the end that an export states for each group; of several the latest."""
        for group, us in reading.stated.items():
            is_range = us == reading.ranges.get(group, (None, None))[1]
            end = us, "until" if is_range else "exportedAt"
            self.stated[group] = max(end, self.stated.get(group, end))

    @property
    def messages_read(self) -> int:
        """Number of messages gathered so far."""
        return sum(n for kind, n in self.seen.items() if kind.startswith("message "))

    def add(self, batch: Batch) -> None:
        rows = batch.table.to_pylist()
        kinds = batch.kind in {"message", "event"}
        names = (f"{batch.kind} {row['kind']}" if kinds else batch.kind for row in rows)
        self.seen.update(names)
        if batch.kind == "message":
            self._spool(rows)
        elif batch.kind == "membership":
            for row in rows:
                self.members.setdefault(row["group"], {})[row["person"]] = row
        elif batch.kind == "event":
            for row in rows:
                if row["kind"] in _WORDED and row["time_us"] is not None:
                    events_by_place = self.events.setdefault(row["group"], {})
                    events_by_place.setdefault(_get_place(row), []).append(row)
        elif batch.kind == "group":
            merge_group_records(self.groups, rows)

    def _spool(self, rows: list[Row]) -> None:
        columns = (
            "id", "sender", "time_us", "kind", "text", "reply_to", "group",
            "file", "position",
        )  # fmt: skip
        by_group: dict[str, list[str]] = {}
        for row in rows:
            line = json.dumps({name: row[name] for name in columns}, ensure_ascii=False)
            by_group.setdefault(row["group"], []).append(line)
        for group, lines in by_group.items():
            with self._file(group).open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{line}\n" for line in lines)

    def keys(self) -> list[str]:
        """List every group that has messages or a group record, sorted."""
        spooled = {path.stem for path in self.folder.iterdir()}
        return sorted(spooled | self.groups.keys())

    def messages(self, group: str) -> Iterator[Row]:
        """Yield a group's messages in the order read."""
        if self._file(group).exists():
            with self._file(group).open(encoding="utf-8") as file:
                yield from map(json.loads, file)

    def _file(self, group: str) -> Path:
        return self.folder / f"{group}.jsonl"  # a hash: safe as a name


def _write_chatlab(gathered: _Gathered, out: Path) -> Iterator[Path]:
    for group in gathered.keys():  # noqa: SIM118  not a mapping
        lines = _build_chatlab_lines(gathered, group)
        yield _write_lines(out / f"{group}.jsonl", lines)


def _build_chatlab_lines(gathered: _Gathered, group: str) -> Iterator[Row]:
    group_record = gathered.groups.get(group, {})
    platform = group_record.get("platform")
    meta = {
        "name": group_record.get("label") or group,
        "platform": platform if platform in _PLATFORMS else "unknown",
        "type": "group",
        "groupId": group,
    }
    stamp: Row = {"version": VERSION, "generator": "shequn"}
    if end := gathered.stated.get(group):
        end_us, key = end
        stamp[key] = end_us // SECOND_US
    yield {"_type": "header", "chatlab": stamp, "meta": meta}
    for person, row in sorted(gathered.members.get(group, {}).items()):
        roles = {"roles": [{"id": row["role"]}]} if row["role"] else {}
        yield {"_type": "member", "platformId": person, "accountName": person} | roles
    closed_us = group_record.get("closed_us")
    events = {
        place: rows
        for place, rows in gathered.events.get(group, {}).items()
        if rows[0]["time_us"] != closed_us or rows[0]["kind"] not in {"leave", "kick"}
    }
    for message in gathered.messages(group):
        if message["time_us"] is not None:
            event_rows = events.pop(_get_place(message), None)
            wording = _describe_events(event_rows, platform) if event_rows else None
            yield _build_chatlab_message(message, wording)
    for rows in events.values():  # told by lists and logs, not by a system line
        yield _build_chatlab_message(rows[0] | NOBODY, _describe_events(rows, platform))
    if closed_us is not None:
        wording = _CLOSED.get(group_record["closed_kind"], _DISSOLVED)
        yield _build_chatlab_message({"time_us": closed_us} | NOBODY, wording)


def _get_place(row: Row) -> Place:
    return row["file"], row["position"]


def _build_chatlab_message(message: Row, wording: str | None) -> Row:
    sender = message["sender"] or "SYSTEM"
    kind = "system" if message["sender"] is None else message["kind"]
    line = {
        "_type": "message", "sender": sender, "accountName": sender,
        "timestamp": message["time_us"] // SECOND_US, "type": _NUMBERS.get(kind, 99),
        "content": wording or message["text"],
    }  # fmt: skip
    ids = {"platformMessageId": message["id"], "replyToMessageId": message["reply_to"]}
    return line | {name: value for name, value in ids.items() if value is not None}


def _write_convokit(gathered: _Gathered, out: Path) -> Iterator[Path]:
    speakers: set[str] = set()
    _write_lines(out / "utterances.jsonl", _build_utterances(gathered, speakers))
    blank: Row = {"meta": {}, "vectors": []}
    _write_json(out / "speakers.json", dict.fromkeys(sorted(speakers), blank))
    _write_json(out / "conversations.json", dict.fromkeys(gathered.keys(), blank))
    _write_json(out / "corpus.json", {})
    kinds = ("utterances", "speakers", "conversations", "overall")
    index: Row = {f"{kind}-index": {} for kind in kinds}
    index["utterances-index"] = {"kind": ["<class 'str'>"]}
    _write_json(out / "index.json", index | {"version": 1, "vectors": []})
    yield out


def _build_utterances(gathered: _Gathered, speakers: set[str]) -> Iterator[Row]:
    """Yield ConvoKit utterances, adding their authors to `speakers`."""
    for group in gathered.keys():  # noqa: SIM118  not a mapping
        for at, message in enumerate(gathered.messages(group), 1):
            if message["kind"] in NOT_MESSAGES or not message["sender"]:
                continue
            speakers.add(message["sender"])
            yield {
                "id": message["id"] or f"{group}-{at}", "conversation_id": group,
                "text": message["text"] or "", "speaker": message["sender"],
                "meta": {"kind": message["kind"]}, "reply-to": message["reply_to"],
                "timestamp": (message["time_us"] or 0) / SECOND_US, "vectors": [],
            }  # fmt: skip


def _write_lines(path: Path, rows: Iterable[Row]) -> Path:
    with (
        replace_file(path) as partial,
        partial.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return path


def _write_json(path: Path, value: Row) -> None:
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _describe_events(
    events: Sequence[dict[str, Any]], platform: str | None
) -> str | None:
    """Return a Chinese system line, such as a join, for a row's events, or None."""
    first = events[0]
    words = read_own_rows(*_WORDINGS)["qq" if platform == "qq" else "wechat"]
    if (templates := words.get(first["kind"])) is None:
        return None
    template: str = templates[0 if first["actor"] is None else -1]
    subjects = "、".join(event["subject"] or _UNNAMED for event in events)
    value = first["value"] or ""
    return template.format(actor=first["actor"], subjects=subjects, value=value)
