"""What notebooks show again and again: claims as stated, tables, curves."""

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
from helpers.notebooks.claims import claim_block, literature_block, register_table
from helpers.notebooks.curves import Curves, curves_of
from helpers.notebooks.data import (
    contents,
    ledger_table,
    observability_table,
    studies_table,
)
from helpers.notebooks.forests import forest
from helpers.notebooks.tables import Table

__all__ = [
    "Curves",
    "Table",
    "agreement_of",
    "answer_box",
    "answers_of",
    "claim_block",
    "contents",
    "curves_of",
    "forest",
    "ledger_table",
    "literature_block",
    "literature_of",
    "not_answerable",
    "observability_table",
    "one_of",
    "register_table",
    "span",
    "studies_table",
    "themes",
]
