"""Import all modules of a package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType


def import_modules_in(package: str) -> Iterator[ModuleType]:
    """Import and yield all modules of a package and its subpackages, by name.

    Examples
    --------
    >>> next(import_modules_in("helpers.claims.designs")).__name__
    'helpers.claims.designs.counts'
    """
    folder = importlib.import_module(package).__path__
    for module in pkgutil.walk_packages(folder, f"{package}."):
        if not module.ispkg:
            yield importlib.import_module(module.name)
