"""Write tables as CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import numpy as np
import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_csv_text(data: pd.DataFrame) -> str:
    r"""Format a table as CSV text with escaped formulas.

    Text that begins like a formula gets an apostrophe before it (OWASP, CSV
    injection); numbers stay numbers, written with up to ten significant digits.

    >>> import pandas as pd
    >>> to_csv_text(pd.DataFrame({"group": ["=1+1", "a"], "rate": [-0.5, 1 / 3]}))
    "group,rate\n'=1+1,-0.5\na,0.3333333333\n"
    """
    safe = data.copy()
    for at, kind in enumerate(data.dtypes):
        if not _is_number(kind):
            safe.isetitem(at, data.iloc[:, at].map(_escape_formula).array)
    safe = safe.rename(columns=_escape_formula)
    text: str = safe.to_csv(index=False, lineterminator="\n", float_format="%.10g")
    return text


def _is_number(kind: object) -> bool:
    return isinstance(kind, np.dtype) and kind.kind in "biuf"


def _escape_formula(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
