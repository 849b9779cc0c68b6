"""What chapters share: claims and answers as frames, one forest, tables."""

from helpers.notebooks.chapter import (
    agreement_of,
    answer_box,
    answers_of,
    contents,
    findings,
    literature_of,
    not_answerable,
    one_of,
    require,
    some,
    span,
    themes,
    whole,
)
from helpers.notebooks.forests import forest
from helpers.notebooks.tables import Table

__all__ = [
    "Table",
    "agreement_of",
    "answer_box",
    "answers_of",
    "contents",
    "findings",
    "forest",
    "literature_of",
    "not_answerable",
    "one_of",
    "require",
    "some",
    "span",
    "themes",
    "whole",
]
