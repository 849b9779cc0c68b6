"""Extraction of messages for ``pybabel``: from code, and from tables of constants."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import IO

Extracted = tuple[int, str | None, str | tuple[str, ...], list[str]]

# functions that take an English template, and its position among their arguments
TEMPLATES: Mapping[str, int] = {
    "say": 0,
    "join_messages": 0,
    "require_cohorts": 0,
    "require_enough": 1,
    "require_rows": 1,
    "require_units": 1,
    "require_at_least": 3,
}
PLURAL = "say_plural"


def extract_code(
    file: IO[bytes],
    _keywords: object,
    _comment_tags: object,
    options: object,  # noqa: ARG001 - Babel names it
) -> Iterator[Extracted]:
    """Yield the translatable strings in a Python module, as a method of ``babel.cfg``.

    Calls inside of calls are read too, which Babel's own method leaves out.
    """
    yield from _find_templates(file.read())


def extract_notebook(
    file: IO[bytes],
    _keywords: object,
    _comment_tags: object,
    options: object,  # noqa: ARG001 - Babel names it
) -> Iterator[Extracted]:
    """Yield the translatable strings in a notebook's code, for ``babel.cfg``."""
    for cell in json.load(file)["cells"]:
        if cell["cell_type"] == "code":
            yield from _find_templates("".join(cell["source"]))


def _find_templates(code: str | bytes) -> Iterator[Extracted]:
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        texts = [
            argument.value if isinstance(argument, ast.Constant) else ""
            for argument in node.args
        ]
        at = TEMPLATES.get(name)
        if name == PLURAL:
            yield node.lineno, "ngettext", (str(texts[0]), str(texts[1])), []
        elif at is not None and len(texts) > at and texts[at]:
            yield node.lineno, None, str(texts[at]), []


def extract_table(
    file: IO[bytes],
    _keywords: object,
    _comment_tags: object,
    options: Mapping[str, str],
) -> Iterator[Extracted]:
    """Yield the translatable strings of a TOML file, as a method of ``babel.cfg``.

    The option ``keys`` lists the keys, separated by blanks; of the lists in the table
    ``firsts`` only the first string is read. ``by_status`` lists pairs ``status:key``:
    of entries of that status the string under that key is read.
    """
    table = tomllib.load(file)
    for texts in table.get(options.get("firsts", ""), {}).values():
        yield 1, None, texts[0], []
    for pair in options.get("by_status", "").split():
        status, _, key = pair.partition(":")
        for entry in table.values():
            if entry["status"] == status:
                yield 1, None, entry[key], []
    yield from _find_strings(table, frozenset(options.get("keys", "").split()))


def _find_strings(
    value: object, keys: frozenset[str], *, chosen: bool = False
) -> Iterator[Extracted]:
    if isinstance(value, str) and chosen:
        yield 1, None, value, []
    elif isinstance(value, list):
        for part in value:
            yield from _find_strings(part, keys, chosen=chosen)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _find_strings(part, keys, chosen=chosen or key in keys)
