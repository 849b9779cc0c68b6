"""Answers and thanks: planted effects within groups and in pairs."""

import itertools

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities import replies
from helpers.errors import NotIdentifiableError
from tests.claims.planted import list_groups, plant


def _plant_newcomers(ratio, *, groups=40, seed=1):
    """Plant life tables: groups that answer little also lose more of all newcomers."""
    rng = np.random.default_rng(seed)
    rows = []
    for group in range(groups):
        cold = group % 2
        people = {True: 20 + 60 * (1 - cold), False: 20 + 60 * cold}
        hazard = 0.05 + 0.1 * cold
        for day in (0, 7, 28):
            for answered in (True, False):
                ends = rng.binomial(
                    people[answered], hazard * (1.0 if answered else ratio)
                )
                rows.append((group, day, answered, people[answered], ends))
                people[answered] -= ends
    columns = ["group", "from_day", "answered", "at_risk", "ended"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(within_hours=24, replies="explicit")


@pytest.mark.parametrize("ratio", [1.0, 1.6])
def test_cold_groups_are_not_taken_for_unanswered_newcomers(ratio):
    """Newcomers are compared with others of their own group."""
    evidence = plant(list_groups(40), newcomers=_plant_newcomers(ratio))
    found = replies.compare_unanswered(evidence)
    assert found.low < ratio < found.high
    assert found.n == 40 * 100


def test_stratum_with_one_arm_counts_its_people_but_says_nothing():
    """A group that answers everybody has no others to compare with."""
    rows = _plant_newcomers(1.6)
    alone = rows[(rows["group"] > 0) | rows["answered"]]
    groups = list_groups(40)
    found = replies.compare_unanswered(plant(groups, newcomers=alone))
    without = replies.compare_unanswered(
        plant(groups[1:], newcomers=alone[alone["group"] > 0])
    )
    assert found.estimate == pytest.approx(without.estimate)


def test_few_newcomers_are_refused_with_their_count():
    """Two hundred are needed."""
    rows = _plant_newcomers(1.6, groups=1)
    with pytest.raises(NotIdentifiableError, match="100 newcomers, 200 needed"):
        replies.compare_unanswered(plant(list_groups(1), newcomers=rows))


def test_gain_of_the_thanked_is_that_of_the_arms():
    """Of newcomers alone or of all, each arm's share is what it is in the pairs."""
    cells = itertools.product(("two newcomers", "no newcomer"), (1, 0), (1, 0))
    rows = [
        (stratum, True, bool(treated), bool(control), 100 + 40 * treated - 20 * control)
        for stratum, treated, control in cells
    ]
    columns = ["stratum", "registered", "treated_stayed", "control_stayed", "pairs"]
    pairs = pd.DataFrame(rows, columns=columns).assign(group=0)
    pairs.loc[pairs["stratum"] == "no newcomer", "pairs"] += 30
    evidence = plant(list_groups(1), paired_trial=pairs)
    for only, own in ((False, pairs), (True, pairs[:4])):
        n = own["pairs"]
        gain = n[own["treated_stayed"]].sum() - n[own["control_stayed"]].sum()
        found = replies.compare_thanked(evidence, newcomers=only)
        assert found.estimate == pytest.approx(gain / n.sum())
        assert found.n == 2 * n.sum()


def test_pairs_without_a_registration_are_drawn_but_say_nothing():
    """They count as people drawn by lot; their outcomes are of accounts long gone."""
    rows = [
        (True, True, False, 300),
        (True, False, True, 100),
        (False, False, True, 90),
    ]
    columns = ["registered", "treated_stayed", "control_stayed", "pairs"]
    pairs = pd.DataFrame(rows, columns=columns).assign(group=0, stratum="no newcomer")
    evidence = plant(list_groups(1), paired_trial=pairs)
    assert replies.compare_thanked(evidence).estimate == pytest.approx(0.5)
    assert replies.compare_thanked(evidence).n == 980
    whole = replies.compare_thanked(evidence, every_pair=True)
    assert whole.estimate == pytest.approx(110 / 490)


def test_adjacent_messages_are_no_replies():
    """Where replies are guessed from who wrote next, nothing is compared by them."""
    evidence = plant(list_groups(60))
    evidence.study.manifest.centres_from = "adjacent"
    for compare in (replies.compare_answered_groups, replies.compare_one_way_talk):
        with pytest.raises(NotIdentifiableError, match="replies are adjacent"):
            compare(evidence)
