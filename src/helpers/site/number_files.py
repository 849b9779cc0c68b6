"""Files of numbers that may be quoted, the same under the same names in each."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pandas as pd

from helpers import __version__
from helpers.prose import DASH, THIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.site.quotable import Number

TEX = {"%": r"\%", "&": r"\&", "_": r"\_", "#": r"\#", THIN: r"\,", DASH: "--"}
TEX |= {"∞": r"$\infty$", "−": "$-$"}


def number_files(rows: Sequence[Number]) -> dict[str, str]:
    """Return ``numbers.json``, ``.csv`` and ``.tex``, each as text."""
    return {
        "numbers.json": _as_json(rows),
        "numbers.csv": _as_csv(rows),
        "numbers.tex": _as_tex(rows),
    }


def _as_json(rows: Iterable[Number]) -> str:
    numbers = {
        one.name: {
            "value": one.value if math.isfinite(one.value) else None,
            "text": one.text,
            "unit": one.unit,
            "label": one.label,
            "page": one.page,
        }
        for one in rows
    }
    known = {"version": __version__, "language": "en", "numbers": numbers}
    return json.dumps(known, ensure_ascii=False, indent=1) + "\n"


def _as_csv(rows: Iterable[Number]) -> str:
    columns = ["name", "value", "text", "unit", "label", "page"]
    table = [
        (one.name, repr(one.value), one.text, one.unit, one.label, one.page)
        for one in rows
    ]
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
