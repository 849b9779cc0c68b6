"""Data frames as displayed tables: formatted cells, caption, scroll bar.

Caption, heads and cells may be a `Text`, in English and in Chinese; a page of the site
shows its own.
Small counts of people in a user's own study are hidden here, in whatever is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from helpers.claims.contract.card import Text
from helpers.prose import join_languages, write_numbers_plainly
from helpers.small_counts import get_threshold, mask_frame, mask_text


@dataclass(frozen=True, eq=False)
class Table:
    """A data frame with caption and number formats for display.

    Attributes
    ----------
    frame
        One row a line; the index is not shown.
    caption
        What the table holds.
    heads
        What columns are called, where that is not their name.
    formats
        How to write a column's cells; what is missing is a dash.
    notes
        Sentences beneath it.

    Examples
    --------
    >>> table = Table(pd.DataFrame({"n": [12, None]}), "Sizes", {"n": "{:.0f}".format})
    >>> print(table.to_text())
     n
    12
     –
    """

    frame: pd.DataFrame
    caption: str | Text
    formats: Mapping[str, Callable[..., str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    heads: Mapping[str, str | Text] = field(default_factory=dict)

    @property
    def written(self) -> pd.DataFrame:
        """The table with every cell formatted as English text."""
        return self._written(_get_english)

    def _written(self, say: Callable[[str | Text], str]) -> pd.DataFrame:
        frame = mask_frame(self.frame, get_threshold())
        columns = {name: self._column(frame[name], say) for name in frame.columns}
        return pd.DataFrame(columns, columns=frame.columns)

    def _column(
        self, cells: pd.Series[Any], say: Callable[[str | Text], str]
    ) -> list[str]:
        write = self.formats.get(str(cells.name), str)
        return [_format_cell(value, write, say) for value in cells.tolist()]

    def to_text(self) -> str:
        """Return the table as plain text for a terminal."""
        rows = () if self.frame.empty else (self.written.to_string(index=False),)
        return "\n".join((*rows, *(mask_text(note) for note in self.notes)))

    def _repr_html_(self) -> str:
        lines = (escape(mask_text(note)) for note in self.notes)
        notes = "".join(f"<li>{note}</li>" for note in lines)
        listed = f"<ul class='shequn-notes'>{notes}</ul>" if notes else ""
        return (self._table() if len(self.frame) else "") + listed

    def _table(self) -> str:
        heads = (_escape_html(self.heads.get(str(c), str(c))) for c in self.frame)
        head = "".join(f"<th scope='col'>{head}</th>" for head in heads)
        rows = self._written(_escape_html).itertuples(index=False)
        body = "".join(self._row(row) for row in rows)
        return (
            "<div class='shequn-table' tabindex='0' role='group' aria-label='Table'>"
            f"<table><caption>{_escape_html(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def _row(self, row: tuple[str, ...]) -> str:
        cells = "".join(
            f"<td{_format_alignment(value)}>{text}</td>"
            for text, value in zip(row, self.frame.dtypes, strict=True)
        )
        return f"<tr>{cells}</tr>"

    def __repr__(self) -> str:
        return self.to_text()


def _format_cell(
    value: object, write: Callable[..., str], say: Callable[[str | Text], str]
) -> str:
    if isinstance(value, Text):
        return say(Text(mask_text(value.en), mask_text(value.zh)))
    if isinstance(value, str):
        return say(mask_text(value))
    return say("–" if pd.isna(value) else write(value))  # type: ignore[call-overload]


def _get_english(words: str | Text) -> str:
    return words.en if isinstance(words, Text) else words


def _escape_html(words: str | Text) -> str:
    if isinstance(words, Text):
        return join_languages(_escape_html(words.en), _escape_html(words.zh))
    return escape(write_numbers_plainly(words))


def _format_alignment(dtype: object) -> str:
    numeric = pd.api.types.is_numeric_dtype(dtype)  # type: ignore[arg-type]
    return " style='text-align:right'" if numeric else ""
