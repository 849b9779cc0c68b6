"""Whether verdicts can be trusted: worlds with planted truth, judged many times over.

`SUBJECTS` are the decision templates and the claims that have a planted world; a cell
is one of them in one world at one size. `calibrate` runs cells on two processes, can
be interrupted, and keeps what it has; `summarise` makes the published table.
"""

from helpers.validation.coverage.cells import Cell, Judged, Subject
from helpers.validation.coverage.running import Plan, calibrate
from helpers.validation.coverage.subjects import SUBJECTS
from helpers.validation.coverage.summary import design_sizes, summarise
from helpers.validation.coverage.truths import Truth, truths

__all__ = [
    "SUBJECTS",
    "Cell",
    "Judged",
    "Plan",
    "Subject",
    "Truth",
    "calibrate",
    "design_sizes",
    "summarise",
    "truths",
]
