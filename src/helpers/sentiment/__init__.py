"""Tone of messages: SnowNLP's score exactly and fast, VADER's for English."""

from __future__ import annotations

from helpers.sentiment.kernel.snow import prepare
from helpers.sentiment.labels.web_form import form
from helpers.sentiment.scoring import ScoredTexts, score, score_raw

__all__ = ["ScoredTexts", "form", "prepare", "score", "score_raw"]


def __getattr__(name: str) -> object:
    """Import the form only for who labels: scoring goes without pandas and HTTP."""
    if name == "form":
        from helpers.sentiment.labels.web_form import form  # noqa: PLC0415 - see above

        return form
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
