"""Compile functions that walk through bytes, once there is enough to walk through."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

Walk = Callable[..., Any]

FEW = 1 << 18  # bytes that are looked at before the compiler is loaded
_looked_at = Counter[str]()  # bytes, by the whole process


def is_compiler_loaded() -> bool:
    """Return whether compiled code costs no more loading."""
    return "numba" in sys.modules


def choose_compiled(walk: Walk, size: int) -> tuple[Walk, bool]:
    """Return a function for so many more bytes, and whether it is compiled.

    Loading the compiler takes half a second, which a few small files need not pay.
    """
    _looked_at["bytes"] += size
    if _looked_at["bytes"] < FEW and not is_compiler_loaded():
        return walk, False
    return compile_walk(walk), True


@cache
def compile_walk(walk: Walk) -> Walk:
    """Compile a function; its machine code is cached next to it or in the home folder.

    Where neither may be written to, it is compiled anew in each process.
    """
    import numba  # noqa: PLC0415 - a small file needs none

    try:
        compiled: Walk = numba.njit(cache=True, nogil=True)(walk)
    except RuntimeError:  # there is no place to keep it
        compiled = numba.njit(nogil=True)(walk)
    return compiled
