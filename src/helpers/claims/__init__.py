"""Answers to the claims: estimates by source, pooled by kind of group, with words."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.claims.answer import Answer
    from helpers.claims.answers import get_answer, list_answers
    from helpers.claims.computation import compute_answers
    from helpers.claims.pool import Pool
    from helpers.claims.register import Claim, get_claim, read_register
    from helpers.claims.store import Answers, read_answers

__all__ = [
    "Answer",
    "Answers",
    "Claim",
    "Pool",
    "compute_answers",
    "get_answer",
    "get_claim",
    "list_answers",
    "read_answers",
    "read_register",
]

_PLACES = {  # imported on first use: stored answers are read without what computes them
    "Answer": "answer",
    "Answers": "store",
    "Claim": "register",
    "Pool": "pool",
    "compute_answers": "computation",
    "get_answer": "store",
    "get_claim": "register",
    "list_answers": "store",
    "read_answers": "store",
    "read_register": "register",
}


def __getattr__(name: str) -> object:
    """Return a function or class of the package, imported on first use."""
    if name not in _PLACES:
        raise AttributeError(f"module 'helpers.claims' has no attribute {name!r}")
    attribute = getattr(import_module(f"helpers.claims.{_PLACES[name]}"), name)
    globals()[name] = attribute
    return attribute


def __dir__() -> list[str]:
    """List the public names, including those imported on first use."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
