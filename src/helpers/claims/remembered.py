"""What was evaluated in this run already: by the site, or by another notebook.

``SHEQUN_VERDICTS`` names a folder that lives as long as one run. In it each claim of
each study is evaluated once, though the board, the chapters and the scoreboard all ask.
"""

from __future__ import annotations

import functools
import os
import pickle
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.small_counts import least, withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helpers.claims.verdict import Verdict
    from helpers.study import Study

    Evaluate = Callable[[str, Study], Verdict]

__all__ = ["once_a_run", "remembering"]

FOLDER = "SHEQUN_VERDICTS"


@contextmanager
def remembering(room: Path) -> Iterator[None]:
    """Evaluate each claim of a study once in the block, child processes included.

    >>> with remembering(Path(tempfile.gettempdir())):
    ...     Path(os.environ[FOLDER]).is_dir()
    True
    >>> FOLDER in os.environ
    False
    """
    with tempfile.TemporaryDirectory(dir=room, prefix=".verdicts-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]


def once_a_run(evaluate: Evaluate) -> Evaluate:
    """Return `evaluate` so that a run asks it once about a claim and a study.

    What it returns is to be shown: small counts of people are taken from it here, so
    that no page, table, figure or number can hold them.
    """

    @functools.wraps(evaluate)
    def remembered(claim_id: str, study: Study) -> Verdict:
        if not (folder := os.environ.get(FOLDER)):
            return withheld(evaluate(claim_id, study), least())
        kept = Path(folder) / f"{claim_id}.{study.name}.{study.checksum}"
        if kept.is_file():
            # this run wrote it, into a folder that nobody else may read or write
            found: Verdict = pickle.loads(kept.read_bytes())  # noqa: S301
            return found
        verdict = withheld(evaluate(claim_id, study), least())
        partial = kept.with_name(f"{os.getpid()}.{kept.name}")
        partial.write_bytes(pickle.dumps(verdict))
        partial.replace(kept)  # whole or not at all; nobody needs it after this run
        return verdict

    return remembered
