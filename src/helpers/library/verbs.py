"""Check what a verb of the library is given against its annotations, in one place."""

import inspect
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from numbers import Real
from typing import Any, TypeAlias, get_args

import numpy as np
import pandas as pd

from helpers.errors import ShequnError, report_system_errors, suggest_nearest

Kind: TypeAlias = "tuple[str, Callable[[object], bool]]"  # words of the hint, a test
SHORT = 40  # letters of a text that an error repeats


def _is_number(value: object) -> bool:
    real = isinstance(value, Real) and not isinstance(value, bool)
    return real and not math.isnan(value)  # type: ignore[arg-type]


def _is_whole(value: Any) -> bool:  # noqa: ANN401 - whatever was given
    return _is_number(value) and math.isfinite(value) and value == int(value)


def _is_column(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, Mapping | set | type)


def _are_numbers(value: Any) -> bool:  # noqa: ANN401 - whatever was given
    if isinstance(value, list | tuple):
        return all(map(_is_number, value))
    return getattr(value, "ndim", 0) == 1 and value.dtype.kind in "iuf"


def _is_list(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, pd.DataFrame | Mapping)


def _is_path(value: object) -> bool:
    return isinstance(value, str | os.PathLike)


KINDS: Mapping[str, Kind] = {
    "None": ("None", lambda value: value is None),
    "int": ("a whole number", _is_whole),
    "float": ("a number", _is_number),
    "bool": ("True or False", lambda value: isinstance(value, bool)),
    "str": ("a text", lambda value: isinstance(value, str)),
    "Path": ("a path", _is_path),
    "PathLike": ("a path of a file, folder or ZIP", _is_path),
    "Callable": ("a function", callable),
    "Mapping": ("a dict", lambda value: isinstance(value, Mapping)),
    "ArrayLike": ("a list, array or series", _is_column),
    "Floats": ("numbers: a list, array or series", _are_numbers),
    "Any": ("", lambda _: True),
    "Exported": ("", lambda _: True),  # the verb says itself which days it takes
}
LISTS = ("Iterable", "Sequence", "Collection")
MADE_BY = {
    "DataFrame": "a data frame",
    "Series": "a series",
    "Study": "a study: sq.load(…), sq.make_study(…)",
    "Lifetimes": "lifetimes: sq.silence(…)",
    "Pool": "a pool: sq.pool(…)",
}


@cache
def check_verb(verb: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a function that checks its arguments, under the name ``sq.<name>``.

    A wrong one is a sentence with a remedy at the call, not an error of Python's or
    pandas' from within.
    """
    signature = inspect.signature(verb)

    @wraps(verb)
    def checked(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - the verb's own
        try:
            given = signature.bind(*args, **options).arguments
        except TypeError as error:
            raise _describe_call(error, name, [*signature.parameters]) from None
        for word, value in given.items():
            asked = signature.parameters[word]
            _check_argument(f"sq.{name}", asked, value, verb)
        with report_system_errors():
            return verb(*args, **options)

    # where pickle finds it
    checked.__module__, checked.__name__, checked.__qualname__ = "helpers", name, name
    return checked


def _describe_call(error: TypeError, name: str, words: list[str]) -> ShequnError:
    unknown = re.search(r"argument '(\w+)'$", str(error))
    near = suggest_nearest(unknown[1], words) if unknown else ""
    takes = ", ".join(words) or "nothing"
    return ShequnError(str(error), where=f"sq.{name}", remedy=f"{near}it takes {takes}")


def split_kinds(annotation: str, at: str = "|") -> list[str]:
    """Split an annotation into what it allows."""
    parts = re.findall(rf"(?:[^{at}\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])+", annotation)
    return [part.strip() for part in parts]


def read_kind(annotation: str, verb: Callable[..., Any]) -> Kind:
    """Return what one part of an annotation allows."""
    if annotation == "Sequence[float]":  # a list of numbers is as good as an array
        return KINDS["Floats"]
    name, _, rest = annotation.partition("[")
    name, inner = name.rpartition(".")[2], rest.rstrip("]")
    if name in KINDS:
        return KINDS[name]
    if name == "tuple":
        kinds = [read_kind(part, verb) for part in split_kinds(inner, ",")]
        words = f"({', '.join(words for words, _ in kinds)})"
        return words, lambda value: _fit_each(value, kinds)
    if name in LISTS:
        # a list of lists is looked at no further
        parts = ["Any"] if "[" in inner else split_kinds(inner)
        kinds = [read_kind(part, verb) for part in parts]
        told = " or ".join(words for words, _ in kinds)
        words = f"a list ({told})" if told else "a list"
        return words, lambda value: _is_list(value) and _fit_any(value, kinds)
    if choices := get_args(getattr(verb, "__globals__", {}).get(name)):
        return (
            f"one of {', '.join(choices)}",
            lambda value: isinstance(value, str) and value in choices,
        )
    return MADE_BY.get(name, f"a {name}"), lambda value: any(
        one.__name__ == name for one in type(value).__mro__
    )


def _fit_each(value: object, kinds: list[Kind]) -> bool:
    if not isinstance(value, tuple | list) or len(value) != len(kinds):
        return False
    return all(fits(one) for one, (_, fits) in zip(value, kinds, strict=True))


def _fit_any(values: Any, kinds: list[Kind]) -> bool:  # noqa: ANN401 - a list of any
    if not isinstance(values, tuple | list | set):
        return True  # an iterator would be used up
    return all(any(fits(one) for _, fits in kinds) for one in values)


def _check_argument(
    where: str, asked: inspect.Parameter, value: object, verb: Callable[..., Any]
) -> None:
    kinds = [read_kind(part, verb) for part in split_kinds(asked.annotation)]
    is_empty = isinstance(value, list | tuple | str | np.ndarray) and not len(value)
    is_missing = is_empty and asked.default is asked.empty
    if is_missing or not any(fits(value) for _, fits in kinds):
        hint = " or ".join(dict.fromkeys(words for words, _ in kinds))
        raise ShequnError(
            f"{asked.name} cannot be {_show(value)}", where=where, remedy=f"give {hint}"
        )
    if isinstance(value, pd.DataFrame) and value.columns.has_duplicates:
        twice = value.columns[value.columns.duplicated()][0]
        raise ShequnError(
            f"the frame has two columns {twice}",
            where=where,
            remedy="drop or rename one: df.loc[:, ~df.columns.duplicated()]",
        )


def _show(value: object) -> str:
    if value is None or isinstance(value, float | int):
        return repr(value)
    if isinstance(value, str) and len(value) <= SHORT:
        return repr(value)
    empty = "n empty" if isinstance(value, list | tuple) and not value else ""
    return f"a{empty} {type(value).__name__}"
