"""`shequn run` comes to the planted verdicts, from exports and what people bring."""

import pytest

from validation.long_way.own_run import own_study
from validation.long_way.way import world
from validation.worlds.claims.subject import evaluate_in_memory

BY_ROUTE = {  # what the claim reads comes into a study by this way
    "s0-lurkers-still-identify": "joinings and reactions of exports",
    "s0-size-10-30-best": "members counted, brought as a table",
    "s1-cognitive-surplus": "hours of people's own clock, brought as a table",
    "s1-rules-needed": "codings, brought as a table",
    "s2-slower-fill": "joinings of exports",
    "s3-users-best-promoters": "arrivals, brought as a table",
    "s3-training-utilitarian": "labels of messages, and an instrument",
    "s4-core-distributes": "people month by month",
    "s4-link-tone-matters": "labels of tone",
}
IN_EVERY_RUN = {"s1-cognitive-surplus", "s3-training-utilitarian"}
CLAIMS = [
    pytest.param(claim, marks=() if claim in IN_EVERY_RUN else pytest.mark.long)
    for claim in BY_ROUTE
]


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_run_comes_to_the_simulated_verdict(claim, tmp_path):
    """No gate of a user's own study stands in the way, and the number is the same.

    Groups are resampled in another order, so limits may differ by chance.
    """
    told = world(claim, 0)
    planted, own = (
        evaluate_in_memory(claim, told.study),
        evaluate_in_memory(claim, own_study(told, tmp_path)),
    )

    assert own.word is planted.word is told.truth.right, own.reason
    assert own.estimate == pytest.approx(planted.estimate, rel=1e-6)
