"""Detect programs' placeholders among the messages of any platform.

Whoever sent what the exporter could not decrypt, or called, has acted; what stands in
place of the words is no text of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools
from helpers.files import read_own_rows
from helpers.formats.rows.losses import UNDELIVERED
from helpers.records import Batch
from helpers.text.columns import to_utf8

if TYPE_CHECKING:
    from helpers.formats.rows.losses import Losses

KINDS = {"undelivered": "other", "call": "call", "unsupported": "other"}
"""Kind of message that stands behind each sort of placeholder."""
_BESIDE = frozenset({"image", "voice", "video", "sticker"})  # beside a text
_MARKS = ("has_code", "has_question")
_SIGNS = 8  # by which texts are told: "This mes" rather than "This"
_LASTED = (  # "Voice call, 5 min", "通话时长 05:12"
    r"[,，.:： ]{1,2}(?:\d{1,2}(?::\d\d){1,2}|\d{1,3} ?[^\s\d.,]{1,8}\.?"
    r"(?: \d{1,2} ?[^\s\d.,]{1,8}\.?)?|No answer|Keine Antwort|未接听|无应答)"
)
_TABLE = ("formats", "rows", "placeholders.toml")
_EDGES = "\u200e\u200f\u202f\xa0 .。*\n"  # marks and stops around one

# a word in brackets, what it is about, where it lies, and what follows
_PLACE = r"!?\[([^\[\]\n|:：→]{1,12}?)\s?(?:([|:：→])\s?([^\[\]\n]*))?\](?:\(\S*\))?"
_BRACKETED = re.compile(rf"{_PLACE}(\s?请使用.*|\s.*|[^\n]+\.\w{{1,5}})?", re.DOTALL)
_REPEATED = re.compile(r"(?:\[[^\[\]\n]{1,12}\]\s?){2,}")
_NOWHERE = r"(?s:(?:local_id=|请使用).*)"  # of a database, or a notice of the program
# and where a picture lies, and how large
_FILED = rf"{_NOWHERE}|\S+\.\w{{2,4}}(?: [\d.]+ ?[KMG]?B)?(?:\n\S+)*"


@cache
def _read_brackets() -> Mapping[str, str]:
    kinds = read_own_rows(*_TABLE)["brackets"].items()
    return {word: kind for kind, words in kinds for word in words}


def split_placeholders(
    texts: Iterable[str | None],
) -> tuple[list[str], list[str | None]]:
    r"""Return the kinds of messages, and their texts without words in brackets.

    For texts of WeChat and QQ, whose exporters so write what is no text. What others
    said in a forwarded or quoted message is left out.

    >>> texts = ["[图片]", "[红包] 新年好", "[图片] 看", "[微笑]", "[文件: a.pdf]"]
    >>> texts += ["[链接|书单](http://a)", "[引用] 好\n  ↳ 去吗", "[回复: 去吗] 去"]
    >>> kinds, words = split_placeholders(texts)
    >>> " ".join(kinds)
    'image red_packet text text file link reply reply'
    >>> words[:3], words[5:]
    ([None, '新年好', '[图片] 看'], ['书单', '好', '去'])
    """
    pairs = [_split_placeholder(text) for text in texts]
    return [kind for kind, _ in pairs], [text for _, text in pairs]


def _split_placeholder(text: str | None) -> tuple[str, str | None]:
    if not text or text[0] not in "[!":
        return "text", text
    bare = text.strip()
    if not (match := _BRACKETED.fullmatch(bare)):
        words = re.findall(r"\[([^\[\]]*)\]", bare) if _REPEATED.fullmatch(bare) else []
        kinds = [_read_brackets().get(word) for word in words]
        return (kinds[0], None) if kinds and all(kinds) and kinds[0] else ("text", text)
    word, mark, about, rest = match.groups(default="")
    kind = _read_brackets().get(word)
    if kind == "forward" or (kind == "reply" and not mark):
        rest = rest.partition("\n")[0]  # the lines below it are other people's
    place = _FILED if kind in _BESIDE else _NOWHERE
    rest = "" if re.fullmatch(place, rest.strip()) else rest.strip()
    is_close = rest and not match[4][0].isspace() and not match[4].startswith("请使用")
    if kind is None or (rest and kind in _BESIDE) or (is_close and kind != "file"):
        return "text", text
    is_own = mark not in {"", "→"} and kind != "reply"  # neither a path nor a quote
    return kind, rest or (about if is_own else "") or None


@cache
def _build_pattern(sort: str) -> str:
    """Build the pattern for one kind of placeholder."""
    whole, begins = (
        "|".join(map(re.escape, read_own_rows(*_TABLE)[sort][name]))
        for name in ("whole", "begins")
    )
    further = r"(?:[.。!！]\s?[^\n]{4,60})?"
    if sort == "call":
        further = r"(?:(?: \S{1,5}){0,2} \d{1,2}[:.h]\d\d.{0,6})?"
        lasted = "|".join(map(re.escape, read_own_rows(*_TABLE)[sort]["lasted"]))
        begins += rf")|^(?:(?:{lasted}){_LASTED}$"
    return rf"^(?:{whole}){further}$|^(?:{begins})"


@cache
def _list_beginnings() -> tuple[Bools, Mapping[int, pa.Array]]:
    """Return by which two bytes placeholders, or marks, begin, and by which signs."""
    lists = [read_own_rows(*_TABLE)[sort] for sort in KINDS]
    texts = [text for listed in lists for own in listed.values() for text in own]
    few = {text for text in texts if len(text) < _SIGNS}
    least = min(map(len, few))
    begun = {_SIGNS: set(texts) - few, least: few}
    firsts = np.zeros((256, 256), bool)
    for one in (*texts, *_EDGES):
        firsts[tuple(one.encode()[:2])] = True
    return firsts, {
        n: pa.array(sorted({t[:n] for t in own})) for n, own in begun.items()
    }


def drop_placeholders(batch: Batch, losses: Losses) -> Batch:
    """Drop the texts of messages that are a program's own; note those undelivered."""
    texts, (firsts, beginnings) = batch.table["text"], _list_beginnings()
    data, starts = to_utf8(texts)
    if not data.size:
        return batch
    pair = (data.take(starts[:-1] + step, mode="clip") for step in (0, 1))
    if not (is_likely := firsts[tuple(pair)]).any():
        return batch
    likely = texts.filter(pa.array(is_likely))
    plain, words = None, pc.utf8_trim(likely, characters=_EDGES)
    begun = (
        pc.is_in(pc.utf8_slice_codeunits(words, 0, size), known)
        for size, known in beginnings.items()
    )
    if not any(pc.any(one).as_py() for one in begun):
        return batch  # as nearly always; the pattern takes longer to build
    words = pc.utf8_trim(texts, characters=_EDGES)
    for sort, kind in KINDS.items():
        found = pc.match_substring_regex(words, _build_pattern(sort))
        found = pc.fill_null(found, fill_value=False)
        plain = plain or batch.table["kind"].cast(pa.string())
        found = pc.and_(found, pc.not_equal(plain, "system"))
        batch = _replace(batch, found, kind)
        if sort == "undelivered" and (rows := pc.sum(found).as_py()):
            losses.noted(UNDELIVERED, batch.table["file"][0].as_py() or "", 0, rows)
    return batch


def find_placeholder(text: str) -> str | None:
    """Return the kind of message behind a placeholder, or None for other texts.

    >>> texts = ["\u200eMissed voice call", "I missed it", "Video call, 5 min"]
    >>> [*map(find_placeholder, (*texts, "Appel vocal manqué à 10:00"))]
    ['call', None, 'call', 'call']
    """
    words = text.strip(_EDGES)
    sorts = (
        kind for sort, kind in KINDS.items() if re.search(_build_pattern(sort), words)
    )
    return next(sorts, None)


def _replace(batch: Batch, found: pa.BooleanArray, kind: str) -> Batch:
    """Return the batch with the texts found dropped, and their messages of a kind."""
    filled = {"kind": kind, "text": None, "chars": 0, "links": 0}
    for name, value in (filled | dict.fromkeys(_MARKS, False)).items():
        column = batch.table[name]
        plain = column.cast(pa.string()) if name == "kind" else column
        new = pc.if_else(found, pa.scalar(value, plain.type), plain)
        batch = batch.with_column(name, new.cast(column.type))
    return batch
