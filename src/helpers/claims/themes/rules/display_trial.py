"""Randomised trial: display of rules and removal of newcomers' comments.

Rules existed in both arms, and no life of a group is observed: the numbers stand with
the claim and decide nothing.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.trials import estimate_ratio_of_blocks
from helpers.claims.quantities.deaths import SEED
from helpers.survival import Interval
from helpers.survival.bootstrap import REPLICATES, Draws
from helpers.wording import join_messages, say

LEAST_IN_ARM, PERMUTATIONS = 200, 500
FEW = 20  # samples where only the estimate is used, not its interval


@stands_in("s1-rules-needed", needs=("blocks_at_random",), planned=True)
def displayed_rules(evidence: Evidence) -> Finding:
    """Estimate the ratio of newcomers' comments removed, rules displayed to not."""
    rows = evidence.table("block_trial")
    arms = rows["treated"].value_counts()
    smaller = int(arms.reindex([True, False], fill_value=0).min())
    passed = gates.pass_gates(
        gates.require_units(
            smaller,
            "{n} discussions in the smaller arm, {least} needed",
            LEAST_IN_ARM,
        )
    )
    masks = {
        say("without question sessions"): rows["stratum"].eq("discussion"),
        say("discussions still shown at the end"): rows["visible"],
    }
    primary = _estimate_removed(rows)
    quick = partial(_estimate_removed, replicates=FEW)
    swapped = Permutations.of(primary, rows, quick, "treated", ("block",))
    return Finding.estimated(
        lambda: primary,
        say(
            "share of newcomers' comments that moderators removed, in"
            " discussions drawn to display the rules over the others"
        ),
        passed,
        {name: partial(_estimate_removed, rows[mask]) for name, mask in masks.items()},
        beside=(
            Supplement(
                say("comments by newcomers per discussion"),
                estimate_ratio_of_blocks(rows, "entered", seed=SEED),
            ),
        ),
        cases="discussions",
        qualifiers=("randomised", "proxy"),
        may="nothing",
        variant="display",
        note=join_messages(
            "; ",
            (
                say(
                    "{n} discussions in {block} blocks",
                    n=len(rows),
                    block=rows["block"].nunique(),
                ),
                swapped.null(PERMUTATIONS).describe(),
            ),
        ),
    )


def _estimate_removed(rows: pd.DataFrame, replicates: Draws = REPLICATES) -> Interval:
    return estimate_ratio_of_blocks(
        rows, "removed", "entered", seed=SEED, replicates=replicates
    )
