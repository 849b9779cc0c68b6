"""Check the values that a reader may change at the top of a notebook."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import pandas as pd

from helpers.claims.contract.card import Text
from helpers.errors import ShequnError
from helpers.notebooks.tables import Table
from helpers.prose import LANGUAGE
from helpers.study import Study
from helpers.wording.messages import Language

ONE_OF, SUCH_AS = Text("one of these", "从这些里选"), Text("for example", "例如")
HEADS = {
    "setting": Text("setting", "可改的值"),
    "allowed": Text("allowed", "可填"),
    "values": Text("values", "值"),
}


def use_language(language: Language) -> None:
    """Show the notebook's sentences, tables and figures in one language from now on.

    Each edition of a notebook calls it, so that cells that are executed again print
    the edition's language alone.
    """
    os.environ[LANGUAGE] = language


def list_sources(studies: Sequence[Study], *tried: str) -> list[str]:
    """List which of the named sources are available; if none, all available ones.

    Parameters
    ----------
    tried
        Public sources on which a notebook runs to its end.
    """
    at_hand = [study.name for study in studies]
    return [name for name in tried if name in at_hand] or at_hand


def tabulate_values(
    such_as: Mapping[str, Sequence[object]] | None = None,
    /,
    **one_of: Sequence[object],
) -> Table:
    """Tabulate the values that a notebook's settings may take, one row per setting.

    Parameters
    ----------
    such_as
        Examples of each setting that takes more values than can be listed.
    one_of
        All values of each other setting.

    Examples
    --------
    >>> print(tabulate_values({"SEED": [1, 2]}, METHOD=["holm"]).to_text())
    setting      allowed values
     METHOD one of these 'holm'
       SEED  for example   1, 2
    """
    kinds = ((ONE_OF, one_of), (SUCH_AS, such_as or {}))
    rows = [
        {"setting": name, "allowed": allowed, "values": tuple(values)}
        for allowed, settings in kinds
        for name, values in settings.items()
    ]
    caption = Text("Values for the next cell", "下一格可以填的值")
    return Table(pd.DataFrame(rows), caption, {"values": _join_values}, heads=HEADS)


def _join_values(values: Sequence[object]) -> str:
    return ", ".join(map(repr, values)) or "–"


def require(holds: object, what: str) -> None:
    """Raise an error for an invalid setting, unless the condition is true.

    Raises
    ------
    ShequnError
        Unless it holds.

    Examples
    --------
    >>> require(3 >= 1, "LEAST is 1 or more")
    >>> require(0 >= 1, "LEAST is 1 or more")
    Traceback (most recent call last):
        ...
    helpers.errors.ShequnError: LEAST is 1 or more.
    """
    if not holds:
        raise ShequnError(what)


def require_one_of(value: object, name: str, values: Sequence[object]) -> None:
    """Raise an error unless a setting has one of the allowed values.

    >>> require_one_of("bonferroni", "METHOD", ["fdr_bh", "holm"])
    Traceback (most recent call last):
        ...
    helpers.errors.ShequnError: METHOD is one of 'fdr_bh', 'holm'.
    >>> require_one_of(28.0, "DAYS", [7, 28])
    Traceback (most recent call last):
        ...
    helpers.errors.ShequnError: DAYS is one of 7, 28.
    """
    allowed = any(type(value) is type(one) and value == one for one in values)
    require(allowed, f"{name} is one of {_join_values(values)}")


def whole(value: object, name: str, least: int = 0) -> int:
    """Return a notebook setting, or raise if it is no integer or too small.

    >>> whole(7, "SEED")
    7
    >>> whole(-3, "SMALLEST", least=1)
    Traceback (most recent call last):
        ...
    helpers.errors.ShequnError: SMALLEST is a whole number, 1 or more.
    >>> whole(True, "W")
    Traceback (most recent call last):
        ...
    helpers.errors.ShequnError: W is a whole number, 0 or more.
    """
    fits = type(value) is int and value >= least  # True is an int as well
    require(fits, f"{name} is a whole number, {least} or more")
    return int(str(value))
