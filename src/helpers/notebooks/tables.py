"""A frame as a page shows it: formatted cells, no index, scrolling inside itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Table"]


@dataclass(frozen=True, eq=False)
class Table:
    """A frame to be shown; the frame itself stays at hand as `frame`.

    Attributes
    ----------
    frame
        One row a line; the index is not shown.
    caption
        What the table holds.
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
    caption: str
    formats: Mapping[str, Callable[..., str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def written(self) -> pd.DataFrame:
        """The frame with every cell as text."""
        columns = {name: self._column(name) for name in self.frame.columns}
        return pd.DataFrame(columns, columns=self.frame.columns)

    def _column(self, name: str) -> list[str]:
        write = self.formats.get(name, str)
        return ["–" if pd.isna(v) else write(v) for v in self.frame[name].tolist()]

    def to_text(self) -> str:
        """Return the table for a terminal."""
        shown = () if self.frame.empty else (self.written.to_string(index=False),)
        return "\n".join((*shown, *self.notes))

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        listed = f"<ul class='shequn-notes'>{notes}</ul>" if notes else ""
        return (self._table() if len(self.frame) else "") + listed

    def _table(self) -> str:
        head = "".join(f"<th scope='col'>{escape(str(c))}</th>" for c in self.frame)
        rows = "".join(self._row(row) for row in self.written.itertuples(index=False))
        return (
            "<div class='shequn-table' tabindex='0' role='region' "
            f"aria-label='{escape(self.caption, quote=True)}'>"
            f"<table><caption>{escape(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _row(self, row: tuple[str, ...]) -> str:
        cells = "".join(
            f"<td{_align(value)}>{escape(str(text))}</td>"
            for text, value in zip(row, self.frame.dtypes, strict=True)
        )
        return f"<tr>{cells}</tr>"

    def __repr__(self) -> str:
        return self.to_text()


def _align(dtype: object) -> str:
    numeric = pd.api.types.is_numeric_dtype(dtype)  # type: ignore[arg-type]
    return " style='text-align:right'" if numeric else ""
