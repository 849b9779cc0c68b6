"""Share of groups that are alive at half a year but have little activity."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Supplement,
    estimates,
    multiply_sets,
)
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.activity import lively
from helpers.claims.quantities.deaths import DECIDING, SEED, select_recorded
from helpers.claims.quantities.spans import HALF_YEAR, YEAR
from helpers.inference import estimate_success_probability
from helpers.survival import Interval
from helpers.wording import say

HALVES_AND_MORE: Sets = {
    "posters": {
        "5 posters": 5,
        say("3 posters suffice"): 3,
        say("8 posters needed"): 8,
    },
    "reply_ratio": {"0.3 replies": 0.3, say("reply ratio 0.15"): 0.15, "0.45": 0.45},
    "horizon": {
        say("at 180 d"): HALF_YEAR,
        say("at 90 d"): 90.0,
        say("at 365 d"): YEAR,
    },
}


@estimates("s0-half-are-lost-type")
def half_are_lost(evidence: Evidence) -> Finding:
    """Estimate the share of all groups that are alive but barely active at day 180."""
    watched = select_recorded(evidence)
    n_followed = watched.potential_at_least(HALF_YEAR)
    passed = gates.pass_gates(
        gates.refuse_survivor_frame(survivors_only=evidence.from_birth.empty),
        gates.require_groups(len(watched)),
        gates.require_at_least(
            "potential follow-up",
            n_followed,
            gates.LEAST_GROUPS,
            "{n} groups followed for 180 d, {least} needed",
            n=n_followed,
        ),
        gates.require_clusters(watched.network, watched.batch),
    )
    alive = estimate_success_probability(
        watched, np.ones(len(watched), bool), HALF_YEAR, seed=SEED, replicates=DECIDING
    )
    successful = _estimate_share(evidence, lost=False)
    return Finding(
        components=(_estimate_share(evidence),),
        definition=say(
            "alive at 180 d without ≥ 5 posters and ≥ 0.3 replies a message"
            " in days 152–179; the dead and the successful are the others"
        ),
        gates=passed,
        specifications=multiply_sets(
            HALVES_AND_MORE, partial(_estimate_share, evidence)
        ),
        beside=(Supplement("alive", alive), Supplement("successful", successful)),
        qualifiers=evidence.busy_only,
        note=say(
            "dead {dead:.0%}, successful {successful:.0%}",
            dead=1 - alive.estimate,
            successful=successful.estimate,
        ),
    )


def _estimate_share(
    evidence: Evidence,
    *,
    horizon: float = HALF_YEAR,
    lost: bool = True,
    **lively_with: Any,  # noqa: ANN401 - as `lively` takes them
) -> Interval:
    """Estimate the share of groups that are alive but barely active at an age."""
    lives = select_recorded(evidence)
    state = lively(evidence, lives.group, horizon, **lively_with) ^ lost
    return estimate_success_probability(
        lives, state, horizon, seed=SEED, replicates=DECIDING
    )
