"""Groups given by their owners as counts: a folder of files, one source.

Ages are true, dates are not: each group is dated to a week of its own from 2000 on.
"""

from __future__ import annotations

from pipeline.corpora.shared.contributed import count_contributions
from pipeline.corpora.shared.corpus import Counted, RawFolder


def count(raw: RawFolder) -> Counted:
    """Build the tables of all contributions; groups given twice count once."""
    return count_contributions([raw.path / name for name in raw.names], raw.tally)
