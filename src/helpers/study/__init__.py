"""From ingested records to the processed tables that notebooks read.

`open_study` is all that a reader of tables needs; `build` makes them from a public
corpus, `store` keeps the records in between.
"""

from __future__ import annotations

from helpers.study.publish.study import Manifest, Study, open_studies, open_study
from helpers.study.tables.ledger import Ledger

__all__ = ["Ledger", "Manifest", "Study", "open_studies", "open_study"]
