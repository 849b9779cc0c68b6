"""Words, kinds of groups and numbers of answers, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.files import read_own_rows
from helpers.wording import Message, join_messages, say
from helpers.wording.messages import LIST

if TYPE_CHECKING:
    import pandas as pd


def _read_words(section: str) -> Mapping[str, Message]:
    """Return the words of a section of ``words.toml`` as messages."""
    rows = read_own_rows("claims", "words.toml")[section]
    return MappingProxyType({code: say(text) for code, text in rows.items()})


FOR, AGAINST, NEAR, OPEN = (
    "weak evidence for", "weak evidence against", "near", "open",
)  # fmt: skip
BY_THRESHOLD, BY_READING, BY_PART, BY_KIND = (
    "depends on the threshold", "depends on what counts", "depends on the part",
    "depends on the kind",
)  # fmt: skip
RELATED, NOT_MEASURED = "related number", "not measured"
WORDS = _read_words("words")  # how likely a claim is
NOT_COUNTED = "not counted"
ON_WECHAT = _read_words("on_wechat")
LEVELS = ("very low", "low", "moderate", "high")  # of certainty
TWO_DIGITS = 1.95  # ratios from here on are printed with one digit
HUNDRED = 100
REASONS = _read_words("reasons")  # why an answer is not more certain


def format_number(value: float, of: str, form: str = "", column: str = "mean") -> str:
    """Format a number of an answer for a sentence.

    >>> format_number(0.168, "share"), format_number(0.168, "share", "of100")
    ('17%', '17')
    >>> format_number(2.138, "ratio"), format_number(0.55, "ratio", "less")
    ('2.1', '45%')
    >>> format_number(0.021, "difference", "points")
    '2.1'
    """
    if column.startswith("n_"):
        return f"{int(value):,}"
    return FORMS[form or of](value).replace("-", "−").replace("inf", "∞")


def _format_percent(share: float) -> str:
    """Format a share: whole percent, one digit where it is below 1 or above 99."""
    percent = HUNDRED * share
    digits = 1 if (0 < abs(percent) < 1 or 0 < HUNDRED - percent < 1) else 0
    return f"{percent:.{digits}f}%"


FORMS: Mapping[str, Callable[[float], str]] = MappingProxyType(
    {
        "of100": lambda value: f"{HUNDRED * value:.0f}",
        "share": _format_percent,
        "sd": lambda value: f"{value:.2f}",
        "less": lambda value: _format_percent(1 - value),
        "more": lambda value: _format_percent(value - 1),
        "points": lambda value: f"{HUNDRED * value:.1f}",
        "days": lambda value: f"{value:,.0f}",
        "difference": lambda value: f"{value:+.2f}",
        "count": lambda value: f"{value:.1f}" if value < HUNDRED else f"{value:,.0f}",
        "ratio": lambda value: f"{value:.{1 if value >= TWO_DIGITS else 2}f}",
    }
)


KINDS = _read_words("kinds")
SHORT_NAMES = _read_words("short_names")  # in tables
ALL = say("all kinds measured")


def name_kind(kind: str) -> Message:
    """Return the name of a kind of groups; ``all`` are all kinds measured."""
    return ALL if kind == "all" else KINDS[kind]


def name_kinds(kinds: str) -> Message:
    """Return the short names of the kinds that an answer is about.

    >>> name_kinds("chat list")
    'chats, working groups'
    """
    return join_messages(LIST, (SHORT_NAMES[kind] for kind in kinds.split()))


def order_kinds(sizes: pd.Series[float]) -> list[str]:
    """List the kinds of an answer, the largest first, published studies last."""
    there = (kind for kind in KINDS if kind in sizes.index)
    return sorted(there, key=lambda kind: (kind == "published", -float(sizes[kind])))


def count_marks(certainty: str) -> int:
    """Return a certainty as a number of marks, of four; 0 if there is none."""
    return LEVELS.index(certainty) + 1 if certainty else 0


def draw_marks(marks: int) -> str:
    """Draw a number of marks, of four."""
    return "●" * marks + "○" * (len(LEVELS) - marks)


def hold_words_as_objects(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with Python's strings, which compare and select faster.

    >>> import pandas as pd
    >>> hold_words_as_objects(pd.DataFrame({"claim": ["a"]}))["claim"].dtype
    dtype('O')
    """
    words = table.select_dtypes(["object", "string"]).columns
    return table.astype(dict.fromkeys(words, object))
