"""Packages that only some commands need: the extras of the wheel."""

from __future__ import annotations

from importlib.util import find_spec

from helpers.errors import MissingSourceError
from helpers.wording import say

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
