"""Who is lively at an age: enough people write, and enough is answered."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from helpers.arrays import Bools
from helpers.claims.contract import gates
from helpers.claims.contract.study_view import Evidence

LIVELY_WINDOWS = {90.0: "56-83", 180.0: "152-179", 365.0: "337-364"}
POSTERS, REPLY_RATIO = 5, 0.3


def lively(
    evidence: Evidence,
    groups: npt.NDArray[np.int64],
    horizon: float,
    *,
    posters: int = POSTERS,
    reply_ratio: float = REPLY_RATIO,
    replies: str = "",
) -> Bools:
    """Say which groups had enough posters and replies in the 28 days before an age.

    Those not watched through these days are not lively.
    """
    if replies:
        gates.passed(gates.explicit(evidence.study.manifest.centres_from))
    window = evidence.window(LIVELY_WINDOWS[horizon]).set_index("group")
    window = window.reindex(groups)
    answers = window[replies or evidence.answers]
    ratio = answers / window["messages"].where(window["messages"] > 0)
    found = (window["posters"] >= posters) & (ratio >= reply_ratio)
    return found.to_numpy(bool)
