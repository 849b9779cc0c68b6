"""Numbers of the website that can be quoted by a permanent name.

They come from two places: sentences that notebooks (and the front page) computed, and
the headline estimate of every claim in every study that has one.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup

from helpers import __version__
from helpers.claims.claim import Claim
from helpers.claims.contract.card import NOTHING, Of, Text, format_number
from helpers.claims.evaluation.sentences import format_unit
from helpers.claims.fixed.source_names import get_plain_name
from helpers.errors import ShequnError
from helpers.figures.citation import read_commit
from helpers.files import write_text
from helpers.prose import (
    DASH,
    THIN,
    HasLimits,
    format_count,
    select_language,
    write_numbers_plainly,
)
from helpers.site.answers.board import Answer, Board, Cell, Range
from helpers.site.answers.framing import Framing
from helpers.site.execution.blocks import NUMBER as SPAN
from helpers.site.languages import LANGUAGES, Language, read_entries
from helpers.synthesis.readings import Reading
from helpers.synthesis.record import Record, record_of
from helpers.synthesis.synthesis import Synthesis

WHAT = {"estimate": "estimate", "low": "lower limit", "high": "upper limit"}
WHAT_ZH = {"estimate": "估计", "low": "下限", "high": "上限"}
POOLED_EN = {
    "mean": "sources pooled, mean",
    "prediction": "another such source, range around the pooled mean",
}
POOLED_ZH = {"mean": "合并平均", "prediction": "换一个同类来源（以合并平均为中心）"}
NOT_IN_ANSWER = Text(", not the number that the answer uses", "，答案用的不是这个数")
NOT_DECIDING = Text(", does not decide", "，只列出，不用来下结论")
IN_CHINESE = {"days": "天", "does not double": "不翻倍"}  # in numbers
LIMITED = Markup('{} <span class="limits">({}–{})</span>')
LIMITS = tuple(WHAT)
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")  # [text](address)
NAMES = Path(__file__).with_name("number_names.txt")
TEX = {
    "%": r"\%", "&": r"\&", "_": r"\_", "#": r"\#", THIN: r"\,", DASH: "--",
    "∞": r"$\infty$", "−": "$-$",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A quotable number: permanent name, value, text, page and kind."""

    name: str
    value: float
    text: str
    page: str
    label: str = ""
    unit: str = ""
    chinese: str = ""

    def translate(self, language: Language) -> Number:
        """Return the number as sentences in a language print it."""
        text = self.text
        for english, chinese in IN_CHINESE.items() if language == "zh" else ():
            text = text.replace(english, chinese)
        return replace(self, text=text)

    @property
    def marked(self) -> Markup:
        """The number as HTML with its permanent name as link target."""
        about = f'data-number="{self.name}" data-value="{self.value!r}"'
        return Markup(f"<span {about}>{escape(self.text)}</span>")  # noqa: S704 - escaped


class Numbers:
    """All quotable numbers of the website, by name.

    Raises
    ------
    ShequnError
        If one name stands for two numbers.
    """

    def __init__(
        self, numbers: Iterable[Number], syntheses: Iterable[Synthesis] = ()
    ) -> None:
        self.records = [record_of(synthesis) for synthesis in syntheses]
        self.by_name: dict[str, Number] = {}
        for number in numbers:
            earlier = self.by_name.setdefault(number.name, number)
            if earlier.value != number.value and not math.isnan(number.value):
                raise ShequnError(
                    f"the number {number.name} is {earlier.value!r} on {earlier.page} "
                    f"and {number.value!r} on {number.page}",
                    where="numbers.json",
                    remedy="give one of the two another id",
                )

    def __call__(self, name: str) -> Markup:
        """Return the number with a given permanent name as HTML."""
        return self.by_name[name].marked

    def interval(self, name: str, language: Language = "en") -> Markup:
        """Return an estimate with its confidence limits as HTML."""
        point, low, high = (
            self.by_name[f"{name}.{w}"].translate(language) for w in LIMITS
        )
        if low.text == point.text == high.text:  # a count, or limits too narrow to show
            return point.marked
        return LIMITED.format(point.marked, low.marked, high.marked)

    def write(self, folder: Path) -> None:
        """Write ``numbers.json``, ``.csv`` and ``.tex`` into a folder.

        The JSON holds each claim's synthesis too: all that its answer rests on.
        """
        rows = [self.by_name[name] for name in sorted(self.by_name)]
        for name, text in number_files(rows, self.records).items():
            write_text(folder / name, text)


def choose_writer(
    claim: Claim, language: Language = "en", variant: str = ""
) -> Callable[[float], str]:
    """Return the function that formats a claim's estimates, such as shares.

    >>> from helpers.prose import THIN
    >>> choose_writer(Claim.of("s0-three-month-death"))(0.5).replace(THIN, " ")
    '50 %'
    """
    of = classify_number(claim, variant)
    return partial(format_number, of, language=language)


def classify_number(claim: Claim, variant: str = "") -> Of:
    """Return the kind of a claim's estimate, such as share or ratio.

    A stand-in may be of another kind.

    >>> claim = Claim.of("s0-same-needs-level")
    >>> classify_number(claim), classify_number(claim, "likeness")
    ('points', 'difference')
    """
    measure = claim.wording.leading(variant)
    return measure.of if measure else "number"


def format_interval(estimate: HasLimits, write: Callable[[float], str]) -> Markup:
    """Format an estimate with its limits, without number names."""
    point, low, high = map(write, (estimate.estimate, estimate.low, estimate.high))
    if low == point == high:  # a count, or limits too narrow to show
        return Markup.escape(point)
    return LIMITED.format(point, low, high)


def list_headline_numbers(board: Board) -> Iterable[Number]:
    """Yield each study's main estimates with limits and n, as citable numbers."""
    for answer in board.answers:
        for cell in answer.shown:
            if cell.headline:
                source, own = _name_source(cell, framed=False)
                frame = _find_frame(answer.synthesis, cell.study, cell.headline)
                of = _build_subject(answer.about, source, cell.variant, own, frame)
                yield from _list_limits(
                    f"{answer.claim}.{cell.study}", cell.headline, of
                )
                if cell.n is not None:
                    name = f"{answer.claim}.{cell.study}"
                    yield _count_cases(name, cell, cell.n, of)
            yield from _list_network_numbers(answer.about, cell)
        yield from _list_framed_numbers(answer)
        for bounds in answer.pooled:
            variant = answer.synthesis.variant if answer.synthesis else ""
            source, own = (pair[bounds.name] for pair in (POOLED_EN, POOLED_ZH))
            frame = _find_deciding_frame(answer.synthesis)
            of = _build_subject(answer.about, source, variant, own, frame)
            yield from _list_limits(f"{answer.claim}.pooled-{bounds.name}", bounds, of)


def _name_source(cell: Cell, *, framed: bool) -> Text:
    """Name the source of an estimate, and say where no answer uses the estimate."""
    used = NOTHING if cell.decides else NOT_DECIDING
    if cell.framed is not None and not framed:
        used = NOT_IN_ANSWER
    return Text(*(get_plain_name(cell.study, t) + used(t) for t in LANGUAGES))


def _list_frames(synthesis: Synthesis | None) -> Sequence[Reading]:
    """List the readings of a claim measured in several sampling frames, else none."""
    if synthesis is None:
        return []
    readings = synthesis.deciding.all_readings
    return readings if len({reading.frame for reading in readings}) > 1 else []


def _find_frame(synthesis: Synthesis | None, study: str, shown: Range) -> str:
    """Return the sampling frame of a study's headline where the claim has several.

    The headline is of all groups that the study lists; the answer may be of those that
    ever spoke, so the same study has two estimates of one measure.
    """
    frames = (
        reading.printed_frame
        for reading in _list_frames(synthesis)
        if reading.study == study
        and any(c and c.estimate == shown.estimate for c in reading.components)
    )
    return next(frames, "")


def _find_deciding_frame(synthesis: Synthesis | None) -> str:
    """Return the sampling frame of the pooled estimate where the claim has several."""
    readings = synthesis.deciding.readings if synthesis else ()
    frames = {one.frame for one in _list_frames(synthesis) if one in readings}
    return frames.pop() if len(frames) == 1 else ""


def describe_frame(frame: str, language: Language) -> str:
    """Return a sampling frame in words in brackets; empty without one."""
    words = read_entries("claim_page")["frame"]
    pieces = [
        words[piece][LANGUAGES.index(language)] for piece in frame.split(", ") if piece
    ]
    left, comma, right = (" (", ", ", ")") if language == "en" else ("（", "，", "）")
    return f"{left}{comma.join(pieces)}{right}" if pieces else ""


def name_in_answer(claim: str, cell: Cell) -> str:
    """Return the name of a study's estimate for the groups that the answer counts.

    Where it has no main estimate, or one of other groups, this one has its own name.
    """
    name = f"{claim}.{cell.study}"
    if cell.framed is None:
        return name
    return f"{name}.decides" if cell.decides else f"{name}.in_answer"


def _list_framed_numbers(answer: Answer) -> Iterable[Number]:
    """Yield the estimates of the answer's groups that are not their studies' main."""
    for cell in answer.shown:
        if cell.framed is None or answer.synthesis is None:
            continue
        frame = Framing(answer.synthesis).find_frame(cell.study)
        source, own = _name_source(cell, framed=True)
        of = _build_subject(answer.about, source, cell.variant, own, frame)
        name = name_in_answer(answer.claim, cell)
        yield from _list_limits(name, cell.framed, of)
        if cell.framed_n is not None:
            yield _count_cases(name, cell, cell.framed_n, of)


def _count_cases(name: str, cell: Cell, n: int, of: _Subject) -> Number:
    """Return the number of units, such as groups, behind an estimate."""
    return Number(
        f"{name}.n",
        float(n),
        format_count(n),
        of.page,
        f"{of.label}: number of {format_unit(cell.cases, 'en')}",
        "count",
        f"{of.chinese}：多少{format_unit(cell.cases, 'zh')}",
    )


def _list_network_numbers(claim: Claim, cell: Cell) -> Iterable[Number]:
    """Yield named estimates of each network or stratum within one study."""
    for bounds in cell.places:
        source, _, network = bounds.name.partition("/")
        whose = " · ".join(filter(None, (get_plain_name(source, "en"), network)))
        own = " · ".join(filter(None, (get_plain_name(source, "zh"), network)))
        of = _build_subject(claim, f"{whose}, alone", cell.variant, own)
        place = bounds.name.replace("/", ".")
        yield from _list_limits(f"{claim.id}.{cell.study}.{place}", bounds, of)


class _Subject(NamedTuple):
    """The claim, label and web page to which an estimate belongs."""

    claim: Claim
    label: str
    page: str
    chinese: str = ""
    variant: str = ""


def _build_subject(
    claim: Claim, source: str, variant: str = "", chinese: str = "", frame: str = ""
) -> _Subject:
    measure = claim.wording.leading(variant)
    what = measure.measure if measure else Text(claim.id, claim.id)
    label = f"{what('en')}{describe_frame(frame, 'en')}: {source}"
    label_zh = f"{what('zh')}{describe_frame(frame, 'zh')}：{chinese}"
    return _Subject(claim, label, f"claims/{claim.id}.html", label_zh, variant)


def _list_limits(name: str, bounds: HasLimits, of: _Subject) -> Iterable[Number]:
    write = choose_writer(of.claim, variant=of.variant)
    unit = classify_number(of.claim, of.variant)
    for what in LIMITS:
        value = getattr(bounds, what)
        label = f"{of.label}: {WHAT[what]}"
        label_zh = f"{of.chinese}，{WHAT_ZH[what]}"
        if what != "estimate" and bounds.low == bounds.high:
            label += " (the estimate itself: a full count has no interval)"
            label_zh += "（即估计本身：逐个数全的没有区间）"
        yield Number(
            f"{name}.{what}", value, write(value), of.page, label, unit, label_zh
        )


def list_recorded_names() -> list[str]:
    """List the names of quotable numbers that must stay available."""
    return NAMES.read_text(encoding="ascii").split()


def record_names(names: Iterable[str]) -> None:
    """Add names of quotable numbers to the list of names that must not disappear."""
    recorded = sorted({*list_recorded_names(), *names})
    write_text(NAMES, "\n".join(recorded) + "\n")


def list_prose_numbers(sentences: Iterable[str], page: str) -> Iterable[Number]:
    """Yield the quotable numbers in the sentences of a web page.

    A label is the sentence in one language; where it has several numbers, the number
    meant is in square brackets.
    """
    for sentence in sentences:
        spans = list(SPAN.finditer(sentence))
        for found in spans:
            name, value, words = found.groups()
            text = _strip_tags(words)
            marked = SPAN.sub(partial(_mark, name if len(spans) > 1 else ""), sentence)
            label, own = (_write_label(marked, each) for each in LANGUAGES)
            at = f"{page}#number-{name}"
            unit = _describe_unit(text)
            yield Number(name, float(value), text, at, label, unit, own)


def _mark(name: str, found: re.Match[str]) -> str:
    """Return a number of a sentence as text, in square brackets if it has the name."""
    text = _strip_tags(found[3])
    return f"[{text}]" if found[1] == name else text


def _write_label(sentence: str, language: Language) -> str:
    """Return one language's part of a sentence without markup."""
    plain = _strip_tags(select_language(sentence, language))
    return LINK.sub(r"\1", plain).replace("*", "").removeprefix("> ")


def _strip_tags(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", markup)).split())


def _describe_unit(text: str) -> str:
    """Return the unit of a quotable number as text, such as days."""
    return "share" if "%" in text else "days" if "day" in text else "number"


def number_files(
    rows: Sequence[Number], records: Sequence[Record] = ()
) -> dict[str, str]:
    """Return the quotable numbers as JSON, CSV and TeX texts."""
    return {
        "numbers.json": _to_json(rows, records),
        "numbers.csv": _to_csv(rows),
        "numbers.tex": _to_tex(rows),
    }


def _to_json(rows: Iterable[Number], records: Sequence[Record]) -> str:
    numbers = {
        number.name: {
            "value": number.value if math.isfinite(number.value) else None,
            "text": write_numbers_plainly(number.text),
            "unit": number.unit,
            "label": number.label,
            "label_zh": number.chinese,
            "page": number.page,
        }
        for number in rows
    }
    document = {
        "version": __version__,
        "commit": read_commit(),
        "language": "en",
        "numbers": numbers,
        "synthesis": {record["claim"]: record for record in records},
    }
    return json.dumps(document, ensure_ascii=False, indent=0) + "\n"


def _to_csv(rows: Sequence[Number]) -> str:
    columns = ["name", "value", "text", "unit", "label", "page", "version", "commit"]
    table = pd.DataFrame([asdict(number) for number in rows], columns=columns)
    written = table.assign(
        version=__version__,
        commit=read_commit(),
        value=[repr(number.value) for number in rows],
        text=[write_numbers_plainly(number.text) for number in rows],
    )
    return written.to_csv(index=False, lineterminator="\n")


def _to_tex(rows: Iterable[Number]) -> str:
    r"""Return LaTeX macros that insert quotable numbers by name."""
    lines = [
        r"% \input this file, then write \shequn{name of a number}.",
        r"\makeatletter",
        r"\providecommand{\shequn}[1]{\@ifundefined{shequn@#1}%",
        r"  {\PackageError{shequn}{No number is called #1}{See numbers.csv}}%",
        r"  {\csname shequn@#1\endcsname}}",
        *(
            rf"\@namedef{{shequn@{number.name}}}{{{escape_tex(number.text)}}}"
            for number in rows
        ),
        r"\makeatother",
    ]
    return "\n".join(lines) + "\n"


def escape_tex(text: str) -> str:
    r"""Escape the special characters of a text for LaTeX.

    >>> print(escape_tex("53\u202f% (12\u202f–\u202f60)"))
    53\,\% (12\,--\,60)
    """
    return "".join(TEX.get(letter, letter) for letter in text)
