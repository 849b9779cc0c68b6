"""Which modules a number depends on: its estimator's, and all that they import."""

from __future__ import annotations

import ast
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.files import checksum, checksum_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["code_checksum", "module_of", "sources_of"]

OURS = "helpers"
NOT_FOLLOWED = {  # what imports all estimators, or all worlds
    "helpers", "helpers.claims", "helpers.claims.estimators", "helpers.claims.proxies",
    "helpers.calibration.subjects",
}  # fmt: skip


@cache
def sources_of(module: str) -> tuple[str, ...]:
    """Return the modules of ours that a module runs, itself included, sorted.

    Imports for type checkers only are left out.

    Examples
    --------
    >>> "helpers.survival.silence" in sources_of("helpers.claims.lifetimes")
    True
    >>> "helpers.claims.evaluate" in sources_of("helpers.claims.lifetimes")
    False
    """
    found, waiting = set[str](), [module]
    while waiting:
        name = waiting.pop()
        if name in found or name in NOT_FOLLOWED or not (path := _path(name)):
            continue
        found.add(name)
        waiting += _imported(ast.parse(path.read_text(encoding="utf-8")).body)
    return tuple(sorted(found))


@cache
def code_checksum(*modules: str) -> str:
    """Return one checksum of the code that some modules run."""
    names = sorted({name for module in modules for name in sources_of(module)})
    paths = [(name, _path(name)) for name in names]
    return checksum_of(
        part for name, path in paths if path for part in (name, checksum(path))
    )


def module_of(function: object) -> str:
    """Return the module in which a function, or what a partial calls, is written.

    >>> from functools import partial
    >>> module_of(partial(sources_of, "helpers"))
    'helpers.claims.sources'
    """
    while isinstance(function, partial):
        function = function.func
    return str(getattr(function, "__module__", type(function).__module__))


def _path(name: str) -> Path | None:
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:  # the parent is a module, the name a thing in it
        return None
    return Path(spec.origin) if spec and spec.origin else None


def _imported(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the modules of ours that statements import, in functions too."""
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.ImportFrom) and _ours(inner.module):
                yield str(inner.module)
                yield from (f"{inner.module}.{alias.name}" for alias in inner.names)
            elif isinstance(inner, ast.Import):
                yield from (alias.name for alias in inner.names if _ours(alias.name))


def _ours(name: str | None) -> bool:
    return name is not None and name.partition(".")[0] == OURS
