"""What chapters share: claims and answers as frames, one forest, tables."""

from helpers.notebooks.chapter import (
    agreement_of,
    answer_box,
    answers_of,
    literature_of,
    not_answerable,
    one_of,
    span,
    themes,
)
from helpers.notebooks.data import (
    contents,
    ledger_table,
    observability_table,
    register_table,
    studies_table,
)
from helpers.notebooks.forests import forest
from helpers.notebooks.tables import Table

__all__ = [
    "Table",
    "agreement_of",
    "answer_box",
    "answers_of",
    "contents",
    "forest",
    "ledger_table",
    "literature_of",
    "not_answerable",
    "observability_table",
    "one_of",
    "register_table",
    "span",
    "studies_table",
    "themes",
]
