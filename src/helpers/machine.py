"""What this machine has for the work: cores, memory, a compiler, optional packages."""

import os
import sys
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from importlib.util import find_spec
from typing import Any, cast

from helpers.errors import MissingSourceError
from helpers.wording import say

FEW = 1 << 18  # bytes that are walked through before the compiler is loaded
_looked_at = Counter[str]()  # bytes, by the whole process
LEAST_MEMORY, PART = 700 << 20, 8  # bytes for queries, at least; else a part of all
_told: list[int] = []  # cores that the user gives


def spare_processors() -> None:
    """Keep libraries from burning time of processors; before they are loaded."""
    # algebra of small matrices: other threads would only burn it while they wait
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Arrow's own allocator gives memory back and asks for it again all the time
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def use_cores(cores: int | None) -> None:
    """Use so many cores from now on; by default all that this process may use."""
    _told[:] = [] if cores is None else [cores]


def count_cores() -> int:
    """Return how many cores there are for the work: results are equal with any."""
    if _told:
        return _told[0]
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def measure_memory() -> int:
    """Return how many bytes queries may fill before they go on on disk."""
    try:
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError):  # Windows does not tell
        whole = 0
    return max(whole // PART, LEAST_MEMORY)


def pays_to_compile(size: int) -> bool:
    """Count so many bytes more, and return whether they are many.

    Loading the compiler takes a second, which small files need not pay.
    """
    _looked_at["bytes"] += size
    return _looked_at["bytes"] >= FEW or "numba" in sys.modules


class Walk:
    """A function that walks through arrays, compiled where they are long."""

    def __init__(self, plain: Callable[..., Any]) -> None:
        self._plain = plain

    def __call__(self, *arguments: Any) -> Any:  # noqa: ANN401  any function's
        """Walk as part of another."""
        return self._plain(*arguments)

    def through(self, size: int, *arguments: Any) -> Any:  # noqa: ANN401  as above
        """Walk through so many bytes."""
        if pays_to_compile(size):
            return self._compiled(*arguments)
        return self._plain(*map(_view, arguments))

    @cached_property
    def _compiled(self) -> Callable[..., Any]:
        """Compile it; its machine code is cached next to it or in the home folder.

        Where neither may be written to, it is compiled anew in each process.
        """
        import numba  # noqa: PLC0415 - a small file needs none

        try:
            return numba.njit(cache=True, nogil=True)(self._plain)
        except RuntimeError:  # there is no place to keep it
            return numba.njit(nogil=True)(self._plain)

    @property
    def _numba_type_(self) -> Any:  # noqa: ANN401  what another is compiled with
        return cast("Any", self._compiled)._numba_type_


def _view(value: Any) -> Any:  # noqa: ANN401  any argument
    """Return arrays in a form of which Python takes single elements fast."""
    import numpy as np  # noqa: PLC0415 - slow to load

    if isinstance(value, tuple):
        return type(value)(*map(_view, value))
    return value.data if isinstance(value, np.ndarray) else value


EXTRAS = {  # the modules of each, as `pyproject.toml` names its packages
    "notebooks": ("ipykernel", "jupyterlab", "nbclient"),
    "site": ("myst_nb", "pydata_sphinx_theme", "sphinx"),
    "spark": ("pyspark",),
}


def has_extra(name: str) -> bool:
    """Return whether the packages of an extra are installed.

    >>> has_extra("notebooks")
    True
    """
    return all(find_spec(module) for module in EXTRAS[name])


def require_extra(name: str) -> None:
    """Raise an error that names the remedy unless an extra is installed."""
    if not has_extra(name):
        missing = (module for module in EXTRAS[name] if not find_spec(module))
        raise MissingSourceError(
            say("not installed: {modules}", modules=", ".join(missing)),
            where=name,
            remedy=say(
                "install it: pip install 'shequn-evidence[{extra}]'",
                extra=name,
            ),
        )
