"""Numbers that may be quoted: each with a permanent name, its value and its wording.

They come from two places: sentences that notebooks (and the front page) computed, and
the headline estimate of every claim in every study that has one. ``numbers.json``,
``numbers.csv`` and ``numbers.tex`` hold the same numbers under the same names.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from helpers.claims.contract.card import card, written
from helpers.errors import ShequnError
from helpers.files import write_text
from helpers.prose import DASH, THIN, count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from helpers.claims.contract.card import Of
    from helpers.site.board import Board, Range
    from helpers.site.languages import Language

__all__ = [
    "NAMES",
    "Number",
    "Numbers",
    "from_spans",
    "headlines",
    "interval_text",
    "kind_of",
    "record_names",
    "recorded_names",
    "writer",
]

LIMITS = ("estimate", "low", "high")
NAMES = Path(__file__).with_name("number_names.txt")
TEX = {"%": r"\%", "&": r"\&", "_": r"\_", "#": r"\#", THIN: r"\,", DASH: "--"}
TEX |= {"∞": r"$\infty$", "−": "$-$"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its name, full value, wording, and the page where it stands."""

    name: str
    value: float
    text: str
    page: str

    @property
    def marked(self) -> Markup:
        """The wording as HTML that names its number."""
        about = f'data-number="{self.name}" data-value="{self.value!r}"'
        return Markup(f"<span {about}>{escape(self.text)}</span>")  # noqa: S704 - escaped


class Numbers:
    """All numbers of a site, by name.

    Raises
    ------
    ShequnError
        If one name stands for two numbers.
    """

    def __init__(self, numbers: Iterable[Number]) -> None:
        self.by_name: dict[str, Number] = {}
        for one in numbers:
            known = self.by_name.setdefault(one.name, one)
            if known.value != one.value and not math.isnan(one.value):
                raise ShequnError(
                    f"the number {one.name} is {known.value!r} on {known.page} "
                    f"and {one.value!r} on {one.page}",
                    where="numbers.json",
                    remedy="give one of the two another id",
                )

    def __call__(self, name: str) -> Markup:
        """Return a number as a page shows it."""
        return self.by_name[name].marked

    def interval(self, name: str) -> Markup:
        """Return an estimate with its limits as a page shows it."""
        point, low, high = (self.by_name[f"{name}.{w}"] for w in LIMITS)
        if low.value == high.value:
            return point.marked
        limits = Markup(' <span class="limits">({}–{})</span>')
        return point.marked + limits.format(low.marked, high.marked)

    def write(self, folder: Path) -> None:
        """Write ``numbers.json``, ``.csv`` and ``.tex`` into a folder."""
        rows = [self.by_name[name] for name in sorted(self.by_name)]
        write_text(folder / "numbers.json", _as_json(rows))
        write_text(folder / "numbers.csv", _as_csv(rows))
        write_text(folder / "numbers.tex", _as_tex(rows))


def _as_json(rows: Iterable[Number]) -> str:
    known = {
        one.name: {
            "value": one.value if math.isfinite(one.value) else None,
            "text": one.text,
            "page": one.page,
        }
        for one in rows
    }
    return json.dumps(known, ensure_ascii=False, indent=1) + "\n"


def _as_csv(rows: Iterable[Number]) -> str:
    columns = ["name", "value", "text", "page"]
    table = [(one.name, repr(one.value), one.text, one.page) for one in rows]
    return pd.DataFrame(table, columns=columns).to_csv(index=False, lineterminator="\n")


def _as_tex(rows: Iterable[Number]) -> str:
    r"""Return a macro per number, and ``\shequn{name}``, which complains of no such."""
    lines = [
        r"% \input this file, then write \shequn{name of a number}.",
        r"\makeatletter",
        r"\providecommand{\shequn}[1]{\@ifundefined{shequn@#1}%",
        r"  {\PackageError{shequn}{No number is called #1}{See numbers.csv}}%",
        r"  {\csname shequn@#1\endcsname}}",
        *(rf"\@namedef{{shequn@{one.name}}}{{{tex_text(one.text)}}}" for one in rows),
        r"\makeatother",
    ]
    return "\n".join(lines) + "\n"


def tex_text(text: str) -> str:
    r"""Return text as LaTeX sets it.

    >>> print(tex_text("53\u202f% (12\u202f–\u202f60)"))
    53\,\% (12\,--\,60)
    """
    return "".join(TEX.get(letter, letter) for letter in text)


def writer(claim_id: str, language: Language = "en") -> Callable[[float], str]:
    """Return how a claim's estimates are written, as its card says.

    >>> writer("s0-three-month-death")(0.5).replace(THIN, " ")
    '50 %'
    """

    def write(value: float) -> str:
        return written(kind_of(claim_id), value, language)

    return write


def kind_of(claim_id: str) -> Of:
    """Return what kind of number a claim's deciding estimate is."""
    legs = card(claim_id).legs
    return legs[0].of if legs else "number"


def interval_text(one: Range, write: Callable[[float], str]) -> str:
    """Return an estimate with its limits, unmarked."""
    if one.low == one.high:  # a count has no limits
        return write(one.estimate)
    return f"{write(one.estimate)} ({write(one.low)}–{write(one.high)})"


def headlines(board: Board) -> Iterable[Number]:
    """Yield ``claim.study.estimate`` with ``.low``, ``.high`` and ``.n``."""
    for answer in board.answers:
        page, write = f"claims/{answer.claim}.html", writer(answer.claim)
        for cell in answer.cells:
            name = f"{answer.claim}.{cell.study}"
            if cell.headline:
                yield from _limits(name, cell.headline, write, page)
            if cell.headline and cell.n is not None:
                yield Number(f"{name}.n", float(cell.n), count(cell.n), page)
        for one in answer.pooled:
            yield from _limits(f"{answer.claim}.pooled-{one.name}", one, write, page)


def _limits(
    name: str, one: Range, write: Callable[[float], str], page: str
) -> Iterable[Number]:
    for what in LIMITS:
        value = getattr(one, what)
        yield Number(f"{name}.{what}", value, write(value), page)


def recorded_names() -> list[str]:
    """Return the names that write-ups may rely on."""
    return NAMES.read_text(encoding="ascii").split()


def record_names(names: Iterable[str]) -> None:
    """Add names to the recorded ones; none is ever taken away but by hand."""
    known = sorted({*recorded_names(), *names})
    write_text(NAMES, "\n".join(known) + "\n")


def from_spans(spans: Iterable[tuple[str, str, str]], page: str) -> Iterable[Number]:
    """Yield the numbers that prose on a page marked."""
    for name, value, words in spans:
        text = unescape(re.sub(r"<[^>]+>", "", words))
        yield Number(name, float(value), text, f"{page}#number-{name}")
