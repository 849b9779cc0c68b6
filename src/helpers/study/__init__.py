"""From ingested records to the processed tables that notebooks read.

`open_study` is all that a reader of tables needs; `build` makes them from a public
corpus, `store` keeps the records in between.
"""

from helpers.study.ledger import Ledger
from helpers.study.study import Manifest, Study, open_studies, open_study

__all__ = ["Ledger", "Manifest", "Study", "open_studies", "open_study"]
