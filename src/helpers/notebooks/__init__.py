"""What notebooks show again and again: claims as stated, tables, curves."""

from helpers.notebooks.claims import claim_block, literature_block, register_table
from helpers.notebooks.curves import Curves, curves_of
from helpers.notebooks.data import (
    contents,
    ledger_table,
    observability_table,
    studies_table,
)
from helpers.notebooks.tables import Table

__all__ = [
    "Curves",
    "Table",
    "claim_block",
    "contents",
    "curves_of",
    "ledger_table",
    "literature_block",
    "observability_table",
    "register_table",
    "studies_table",
]
