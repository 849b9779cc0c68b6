"""Readers of chat exports: a description or module per program, one interface.

>>> FORMATS["whatsapp"].NAME
'WhatsApp TXT'
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol, cast

from helpers.errors import AmbiguousFormatError, BrokenFileError, UnknownFormatError
from helpers.files import read_own_rows
from helpers.formats.reading.envelopes import find_brackets
from helpers.formats.reading.source import Head, Options, Source, Weight
from helpers.formats.reading.yaml_documents import ENDINGS as YAML
from helpers.formats.rules.programs import list_programs, load_program
from helpers.records import Batch, Observability
from helpers.wording import join_messages, say, say_plural

if TYPE_CHECKING:
    from helpers.formats.privacy.boundary import Reading
    from helpers.formats.privacy.pseudonyms import Pseudonyms

__all__ = [
    "FORMATS", "Format", "Head", "Options", "Source", "read_export", "recognise_format",
]  # fmt: skip

_ROOMS = {  # each format's module
    "whatsapp": "whatsapp",
    "table": "table",
    "by_rule": "rules.by_rule",
}  # fmt: skip
_LAST = "by_rule"  # what reads exports of no known format, if anything does
# formats of which one file is read, whatever lies in the folder with it
READ_ALONE = frozenset({"chatlab", "kakaotalk", "line", "matrix", "mattermost", "qq"})
READ_ALONE |= {"memotrace", "transcript", "weflow", "wxcli"}
TABLES = (".csv", ".tsv", ".jsonl", ".ndjson")
_TEXTS = (*TABLES, ".json", ".txt", *YAML)


class Format(Protocol):
    """Interface of a chat-export reader: its name, how to detect and read files."""

    NAME: str
    OBSERVES: Observability

    def has_signature(self, head: Head) -> bool:
        """Return whether a file's first bytes and names match this chat format.

        A format that is told by lines anybody may quote also has ``weight(head)``:
        where several formats recognise an export, the heaviest `Weight` wins. A format
        of folders with names of its own has ``list_parts(head)``, which tells its files
        from those of other exports that lie among them; one of chats with the files
        that people sent, ``list_sent(source, names)``.
        """

    def read(self, source: Source) -> Iterator[Batch]:
        """Yield the records of a chat export, with its own ids and names.

        Nothing is filtered; what can't be read goes into `source.losses`.
        """


class _Registry(Mapping[str, Format]):
    """Registry of chat formats; their modules are imported on first use."""

    def __getitem__(self, name: str) -> Format:
        return _import_format(name)

    def __iter__(self) -> Iterator[str]:
        return iter((*_ROOMS, *list_programs()))

    def __len__(self) -> int:
        return len(_ROOMS) + len(list_programs())


@cache
def _import_format(name: str) -> Format:
    if name not in _ROOMS:
        from helpers.formats.rules.described import Described  # noqa: PLC0415

        return Described(load_program(name))
    return cast("Format", importlib.import_module(f"helpers.formats.{_ROOMS[name]}"))


FORMATS: Mapping[str, Format] = _Registry()


def recognise_format(export: Path | Source) -> Format:
    """Detect the chat format of an export; raise if none or several match."""
    source = export if isinstance(export, Source) else Source(export)
    refusal = _explain_refusal(source)
    if refusal and len(source.names) == 1:  # of several files the first speaks for none
        raise refusal
    candidates = _list_candidates(source)
    for named in source.options.formats:
        if named in candidates:
            return candidates[named]
    if refusal and not candidates:
        raise refusal
    if not candidates:
        return _find_last_resort(source)
    best = _select_heaviest(candidates, source.head)
    if len(best) == 1:
        return candidates[best[0]]
    raise AmbiguousFormatError(
        say(
            "could be {names}",
            names=" / ".join(candidates[name].NAME for name in best),
        ),
        where=str(source.path),
        remedy=say(
            "choose with {names}",
            names=" / ".join(f"--format {name}" for name in best),
        ),
    )


def _select_heaviest(candidates: Mapping[str, Format], head: Head) -> list[str]:
    if len(candidates) == 1:  # as nearly always
        return list(candidates)
    only = Weight(own=True)
    weights = {
        name: weigh(head) if (weigh := getattr(form, "weight", None)) else only
        for name, form in candidates.items()
    }
    return [name for name in candidates if weights[name] == max(weights.values())]


def has_text(name: str) -> bool:
    """Return whether a file is one of text, and maybe an export, by its name."""
    return name.lower().endswith(_TEXTS)


def _enter_document(source: Source, formats: Mapping[str, Format]) -> dict[str, Format]:
    """Return the formats that fit an export, or what a JSON envelope is around."""
    for place in source.list_documents():
        source.enter(place)
        fitting = dict[str, Format]()
        for name in sorted(formats, key="table".__eq__):  # last: many share its columns
            is_open = name != "table" or not fitting or name in source.options.formats
            if is_open and formats[name].has_signature(source.head):
                fitting[name] = formats[name]
        if fitting:
            return fitting
    source.enter(0)
    return {}


def _list_candidates(source: Source) -> dict[str, Format]:
    """List the formats that fit; raise if one would skip files of an archive."""
    candidates = _enter_document(source, FORMATS)
    # files of a folder are looked at one by one
    if source.path.is_dir() or READ_ALONE.isdisjoint(candidates):
        return candidates
    folders = [PurePosixPath(name).parent for name in source.names if has_text(name)]
    if further := max(map(folders.count, folders), default=1) - 1:
        raise BrokenFileError(
            say_plural(
                "has {n} more file with text than the one that would be read",
                "has {n} more files with text than the one that would be read",
                n=further,
            ),
            where=str(source.path),
            remedy=say("unpack it and give the folder"),
        )
    return candidates


_MOST_CHATS = 8  # brackets at the start of a list of chats, of which one opens a chat


def _find_last_resort(source: Source) -> Format:
    """Return what reads an export of no known format by rule, or raise why not."""
    if len(source.names) == 1 and not source.head.start:
        source.encoding(source.name)
    if error := _explain_table(source):
        raise error
    last = cast("Any", _import_format(_LAST))
    own = {name: FORMATS[name] for name in FORMATS if name not in {"table", _LAST}}
    what = say("is a list of several chats")
    remedy = say("save each of them as a file of its own")
    several = BrokenFileError(what, where=str(source.path), remedy=remedy)
    if _holds_chats(source, own):
        raise several
    if last.fits(source):
        return cast("Format", last)
    if _holds_chats(source, FORMATS):
        raise several
    if last.lacks_days(source):
        what = say("has clocks, but no days")
        remedy = say("name the file by its day, such as 2024-03-31.txt")
        raise BrokenFileError(what, where=str(source.path), remedy=remedy)
    seen, where = _describe_unknown(source.head), str(source.path)
    raise UnknownFormatError(seen, where=where, remedy=_suggest_remedy(source.head))


def _holds_chats(source: Source, formats: Mapping[str, Format]) -> bool:
    """Return whether a document has chats in it that would each be an export."""
    places = islice(source.list_documents(find_brackets), 1, 1 + _MOST_CHATS)
    for place in places if source.names and not source.head.has_lines else ():
        source.enter(place)
        if any(form.has_signature(source.head) for form in formats.values()):
            source.enter(0)
            return True
    source.enter(0)
    return False


def _explain_table(source: Source) -> UnknownFormatError | None:
    """Return why a table with a header is none of messages, or None."""
    from helpers.formats import table  # noqa: PLC0415 - few need it
    from helpers.formats.rules.headers import list_missing  # noqa: PLC0415

    names = table.list_columns(source.head)
    if table.find_dates_of_groups(names):
        what = say("is a list of groups, not an export with messages")
        remedy = say("read it with shequn run --list FILE")
        return UnknownFormatError(what, where=str(source.path), remedy=remedy)
    if names and (missing := list_missing(names, source.options.columns)):
        return table.describe_missing(str(source.path), missing, names)
    return None


_Refusal = tuple[str, str]  # what a file is, and what to do instead

_STAMPED = re.compile(r"^.{0,80}(?:\d:\d\d|\d{10})", re.MULTILINE)
_LEAST_STAMPS = 3
_INTO_A_TABLE = say("bring it into a table with the columns time, sender and text")


@cache
def _list_refusals(how: str) -> list[tuple[Any, _Refusal]]:
    """List the signs of one sort by which files are refused, and why."""
    return [
        (sign, (say(row["what"], **row.get("named", {})), say(row["remedy"])))
        for row in read_own_rows("formats", "refused.toml")["refused"]
        for sign in row.get(how, ())
    ]


def _explain_refusal(source: Source) -> BrokenFileError | None:
    """Return why a file is not a chat export, or None if it may be one."""
    found = _find_refusal(source.head)
    return found and BrokenFileError(found[0], where=str(source.path), remedy=found[1])


def _find_refusal(head: Head) -> _Refusal | None:
    start = head.start.lstrip("\ufeff \n")  # what stands later may be somebody's words
    for how in ("keys", "turns") if start[:1] in {"{", "["} else ():
        for keys, refusal in _list_refusals(how):
            if {*keys} <= head.paths and not (how == "turns" and _has_times(head)):
                return refusal
    for pattern, refusal in _list_refusals("starts"):
        if re.match(pattern, start, re.MULTILINE | re.IGNORECASE):
            return refusal
    inside = {name.rpartition("/")[2] for name in head.names}
    named = ((re.compile(n).fullmatch, why) for n, why in _list_refusals("names"))
    return next((why for fits, why in named if any(map(fits, inside))), None)


def _has_times(head: Head) -> bool:
    from helpers.formats.rules.headers import find_named  # noqa: PLC0415 - few need it

    rows = (path.rpartition(".")[2] for path in head.paths if path.count("[]"))
    return find_named("time", rows) is not None


def _describe_unknown(head: Head) -> str:
    """Describe JSON of no known format by its usual keys, which name no person."""
    top = head.top_keys or sorted(key.removeprefix("[].") for key in head.paths)
    from helpers.formats.rules.headers import is_usual  # noqa: PLC0415 - as above

    if keys := [*filter(is_usual, top)]:
        description: str = say("JSON with the keys {names}", names=", ".join(keys[:8]))
    else:
        description = say("JSON") if top else _describe_contents(head)
    return say("is of no format that is known here: {seen}", seen=description)


def _suggest_remedy(head: Head) -> str:
    reference = say("see docs/formats for what can be read")
    if len(head.names) != 1:
        return reference
    is_table = head.name.lower().removesuffix(".gz").endswith(TABLES)
    columns = say("say what is what, as with --columns time=…,sender=…")
    return join_messages("; ", [columns if is_table else _INTO_A_TABLE, reference])


def _describe_contents(head: Head) -> str:
    if not head.names:
        return say("no file")
    if len(head.names) != 1:
        return say_plural("{n} file", "{n} files", n=len(head.names))
    if not head.start.strip():
        return say("no text")
    if re.match(r"\s*[\[{]\s*[\[{\"]", head.start):
        return say("JSON whose messages are not objects with names of their own")
    if len(_STAMPED.findall(head.start)) >= _LEAST_STAMPS:
        return say("text with times, but not with a sender beside each of them")
    return say("text without message lines")


def read_export(
    path: Path, *, key: Path | None = None, form: str | None = None,
    options: Options | None = None, hidden: Pseudonyms | None = None,
) -> Reading:  # fmt: skip
    """Open a chat export for reading; iterating yields pseudonymised records."""
    # whoever only asks what a file is needs neither
    from helpers.formats.privacy.boundary import Reading  # noqa: PLC0415
    from helpers.formats.privacy.pseudonyms import Pseudonyms, load_key  # noqa: PLC0415

    source = Source(path, options)
    chosen = FORMATS[form] if form else recognise_format(source)
    if form and source.head.start.lstrip().startswith("{"):
        _enter_document(source, {form: chosen})
    return Reading(source, chosen, hidden or Pseudonyms(load_key(key)))
