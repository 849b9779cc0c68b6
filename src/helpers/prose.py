"""Sentences with computed numbers that are linked to the estimates.

A notebook writes ``say("lifetimes", "… {dead:count} of {groups:count} …", …)``. Each
number is marked with a stable id (topic and name) and its full value, so that the
site can list them all and a reader can cite one.
"""

from __future__ import annotations

import math
import os
import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Protocol, cast, runtime_checkable

from helpers.small_counts import get_threshold

THIN = "\u202f"  # narrow no-break space
PERCENT = re.compile(rf"(?<=\d)[ \u00a0{THIN}]%(?! ?\d)|{THIN}%")
THOUSANDS = re.compile(rf"(?<=\d){THIN}(?=\d{{3}})")
DASH = "–"
LANGUAGE = "SHEQUN_LANGUAGE"  # of the edition that a notebook belongs to; else both
SPOKEN = re.compile(r'<(div|span) lang="(en|zh)">(.*?)</\1>', re.DOTALL)


@runtime_checkable
class HasLimits(Protocol):
    """Interface of an estimate with the limits of its confidence interval."""

    @property
    def estimate(self) -> float:
        """The point estimate."""

    @property
    def low(self) -> float:
        """Lower confidence limit of the estimate."""

    @property
    def high(self) -> float:
        """Upper confidence limit of the estimate."""


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown text that notebooks show, in one or two languages."""

    markdown: str
    chinese: str = ""

    def _repr_markdown_(self) -> str:
        language = get_display_language()
        english = write_numbers_plainly(self.markdown)
        chinese = write_numbers_plainly(self.chinese)
        if not chinese or language == "en":
            return english
        if language:
            return chinese
        texts = {"en": english, "zh": chinese}
        parts = (f'<div lang="{t}">\n\n{of}\n\n</div>' for t, of in texts.items())
        return "\n".join(parts)


def get_display_language() -> str:
    """Return the language in which outputs are displayed, empty for both."""
    return os.environ.get(LANGUAGE, "")


def join_languages(english: str, chinese: str) -> str:
    """Join English and Chinese text as HTML that can be separated again.

    In an edition in one language, its text alone.

    >>> join_languages("missing", "缺什么")
    '<span lang="en">missing</span> <span lang="zh">缺什么</span>'
    """
    if language := get_display_language():
        return {"en": english, "zh": chinese}[language]
    return f'<span lang="en">{english}</span> <span lang="zh">{chinese}</span>'


def select_language(text: str, language: str) -> str:
    """Return one language's part of a text that is in English and Chinese.

    >>> select_language(join_languages("missing", "缺什么"), "zh")
    '缺什么'
    """
    wording = SPOKEN.sub(lambda match: match[3] if match[2] == language else "", text)
    return wording.strip()


def format_count(value: float) -> str:
    """Format a whole number with thousands separators.

    >>> format_count(211983).replace(THIN, "_")
    '211_983'
    """
    return f"{round(value):,}".replace(",", THIN)


def format_share(value: float) -> str:
    """Format a share in percent, with a decimal only near 0 and 100.

    >>> [format_share(p).replace(THIN, " ") for p in (0.5312, 0.004, 0.9996, 1.0)]
    ['53 %', '0.4 %', '99.9 %', '100 %']
    """
    percent = 100 * value
    if 99 < percent < 100:  # noqa: PLR2004 - one decimal, which is never rounded to all
        return f"{math.floor(10 * percent) / 10:.1f}{THIN}%"
    edge = abs(min(percent, 100 - percent))  # a limit may lie beyond the edge
    digits = 0 if edge >= 1 or edge == 0 else -math.floor(math.log10(edge))
    return f"{percent:.{min(digits, 3)}f}{THIN}%"


def write_numbers_plainly(text: str) -> str:
    """Return a text with commas between thousands and no space before percent.

    >>> write_numbers_plainly("5\u202f357 groups, 97\u202f%")
    '5,357 groups, 97%'
    >>> write_numbers_plainly("about 40 % of groups, 7 % 3")
    'about 40% of groups, 7 % 3'
    """
    return PERCENT.sub("%", THOUSANDS.sub(",", text))


def format_days(value: float) -> str:
    """Format a duration in days; infinity reads "not reached".

    >>> format_days(105.25).replace(THIN, " "), format_days(math.inf)
    ('105 days', 'not reached')
    """
    if math.isinf(value):
        return "not reached"
    short = value < 10  # noqa: PLR2004 - short durations keep a decimal
    return f"{value:.1f}{THIN}days" if short else f"{format_count(value)}{THIN}days"


def format_ratio(value: float) -> str:
    """Format a ratio to three significant digits.

    >>> format_ratio(0.27182), format_ratio(12.345)
    ('0.272', '12.3')
    """
    return f"{value:#.3g}".rstrip(".")


def format_difference(value: float) -> str:
    """Format a difference with its sign, to two decimals.

    >>> format_difference(0.691), format_difference(-0.8)
    ('+0.69', '−0.80')
    """
    return f"{value:+.2f}".replace("-", "−")


WRITERS: Mapping[str, Callable[[float], str]] = {
    "count": format_count,
    "people": format_count,
    "share": format_share,
    "days": format_days,
    "ratio": format_ratio,
    "difference": format_difference,
}


class _Writer(string.Formatter):
    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.name = ""

    def get_field(
        self,
        field_name: str,
        args: object,  # noqa: ARG002 - the formatter's own signature
        kwargs: Mapping[str, object],
    ) -> tuple[object, str]:
        self.name = field_name
        return kwargs[field_name], field_name

    def format_field(self, value: object, format_spec: str) -> str:
        if not format_spec:
            return escape(str(value), quote=False)
        write = WRITERS[format_spec]
        if isinstance(value, HasLimits):
            text = (
                f"{write(value.estimate)} "
                f"({write(value.low)}{THIN}{DASH}{THIN}{write(value.high)})"
            )
            return self._mark(float(value.estimate), text)
        number = float(cast("float", value))
        if format_spec == "people" and 0 < number < get_threshold():
            return self._mark(math.nan, f"&lt;{get_threshold()}")
        return self._mark(number, write(number))

    def _mark(self, value: float, text: str) -> str:
        key = f"{self.topic}.{self.name}".replace("_", "-")
        return f'<span data-number="{key}" data-value="{value!r}">{text}</span>'


class _Unmarked(_Writer):
    """Formatter of Chinese sentences that repeat numbers already named in English."""

    def format_field(self, value: object, format_spec: str) -> str:
        text = super().format_field(value, format_spec)
        if isinstance(value, HasLimits):
            text = text.replace(" (", "（").replace(")", "）")
        return text.replace("days", "天").replace("not reached", "未到")

    def _mark(self, value: float, text: str) -> str:  # noqa: ARG002 - the value is named once
        return text


def fill_sentence(topic: str, template: str, /, **values: object) -> Prose:
    """Fill a sentence template with computed values, each with an id to cite it by.

    Parameters
    ----------
    topic
        First part of each number's id; unique within a notebook.
    template
        Markdown with ``{name:count}``, ``{name:share}``, ``{name:days}``,
        ``{name:ratio}`` or ``{name:difference}`` for numbers and intervals,
        ``{name:people}`` for counts of people, which are hidden where they are
        small, ``{name}`` for words.
    values
        Numbers, objects with ``estimate``, ``low`` and ``high``, or words.

    Raises
    ------
    KeyError
        If a name or a way of writing is unknown.

    Examples
    --------
    >>> print(fill_sentence("demo", "Of {groups:count} groups", groups=12).markdown)
    Of <span data-number="demo.groups" data-value="12.0">12</span> groups
    """
    return Prose(_Writer(topic).format(template, **values))


def fill_both(topic: str, template: str, chinese: str, /, **values: object) -> Prose:
    """Fill a sentence in English and in Chinese with the same values.

    >>> told = fill_both("demo", "{n:count} groups", "{n:count} 个群", n=12)
    >>> print(told.markdown)
    <span data-number="demo.n" data-value="12.0">12</span> groups
    >>> print(told.chinese)
    12 个群
    """
    english = fill_sentence(topic, template, **values).markdown
    return Prose(english, _Unmarked(topic).format(chinese, **values))
