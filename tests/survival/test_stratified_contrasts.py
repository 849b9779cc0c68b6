"""Arms compared within strata: against Mantel and Haenszel, and where pooling lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from helpers.errors import NotIdentifiableError
from helpers.survival import Lifetimes, estimate_mean_lifetime_ratio
from helpers.survival.bootstrap import choose_clusters_within, cluster_weights
from helpers.survival.stratified_contrasts import (
    estimate_stratified_mean_ratio,
    select_comparing_strata,
)

YEAR = 365.0


def lives_of(durations, ended):
    """Return lifetimes of groups of one network, each of its own batch."""
    durations, n = np.asarray(durations, float), len(durations)
    zeros, no = np.zeros(n), np.zeros(n, bool)
    return Lifetimes(
        group=np.arange(n), durations=durations, ended=np.asarray(ended, bool),
        entry=zeros, potential=durations, last_age=durations, waited=zeros, slow=no,
        never_active=no, revived=no, network=np.full(n, "one", object),
        batch=np.arange(n).astype(object), listed=n, born_late=0,
        gone_before_entry=0, definition="planted",
    )  # fmt: skip


def reversal(rng, n=400, ratio=0.7):
    """Return lives of two places: the exposed live shorter in both.

    The exposed are rare where lives are short and common where they are long.
    """
    place = np.repeat(["brief", "lasting"], n)
    exposed = rng.random(2 * n) < np.where(place == "brief", 0.1, 0.9)
    mean = np.where(place == "brief", 40.0, 200.0) * np.where(exposed, ratio, 1.0)
    born = rng.exponential(mean)
    return lives_of(np.minimum(born, 500.0), born < 500.0), exposed, place


def test_lives_of_all_or_nothing_give_the_mantel_haenszel_risk_ratio():
    """Groups that end at once or outlive the year: their mean is a share of a year."""
    rng = np.random.default_rng(5)
    place, exposed, lived, tables = [], [], [], []
    for name, sizes, shares in (
        ("a", (30, 90), (0.5, 0.7)),
        ("b", (80, 20), (0.2, 0.3)),
        ("c", (9, 40), (0.6, 0.6)),
    ):  # fmt: skip
        cells = []
        for side, size, share in zip((True, False), sizes, shares, strict=True):
            n_lived = round(share * size)
            place += [name] * size
            exposed += [side] * size
            lived += [True] * n_lived + [False] * (size - n_lived)
            cells.append([n_lived, size - n_lived])
        tables.append(np.array(cells))
    order = rng.permutation(len(place))
    lived = np.array(lived)[order]
    lives = lives_of(np.where(lived, 400.0, 1e-9), ~lived)
    found = estimate_stratified_mean_ratio(
        lives, np.array(exposed)[order], np.array(place)[order], YEAR,
        seed=1, replicates=200,
    )  # fmt: skip

    assert found.estimate == pytest.approx(StratifiedTable(tables).riskratio_pooled)


def test_stratified_ratio_is_not_reversed_by_simpsons_paradox():
    """Shorter lives in each place look longer once the places are pooled."""
    lives, exposed, place = reversal(np.random.default_rng(11))
    pooled = estimate_mean_lifetime_ratio(lives, exposed, YEAR, seed=1, replicates=300)
    within = estimate_stratified_mean_ratio(
        lives, exposed, place, YEAR, seed=1, replicates=300
    )

    assert pooled.low > 1
    assert within.high < 1


def test_limits_within_strata_cover_the_truth():
    """No effect in either place, sixty times: 95 % limits leave it out seldom."""
    missed = 0
    for seed in range(60):
        lives, exposed, place = reversal(np.random.default_rng(seed), 150, ratio=1.0)
        found = estimate_stratified_mean_ratio(
            lives, exposed, place, YEAR, seed=seed, replicates=150
        )
        missed += not found.low <= 1 <= found.high

    assert missed <= 8  # P(more | 5 %) < 0.01


def test_stratum_with_one_arm_does_not_change_the_ratio():
    """Nobody is there to be compared with."""
    lives, exposed, place = reversal(np.random.default_rng(3))
    with_third = lives_of([*lives.durations, *[5.0] * 50], [*lives.ended, *[True] * 50])
    found = [
        estimate_stratified_mean_ratio(*each, YEAR, seed=1, replicates=50).estimate
        for each in (
            (lives, exposed, place),
            (with_third, [*exposed, *[True] * 50], [*place, *["third"] * 50]),
        )
    ]
    assert found[0] == pytest.approx(found[1])


@pytest.mark.parametrize("few", [4, 0])
def test_stratum_with_a_small_arm_is_excluded(few):
    """Five groups in each arm, or the place is left out."""
    lives = lives_of([400.0] * (20 + few), [False] * (20 + few))
    exposed = np.array([True] * few + [False] * 20)
    place = np.full(len(exposed), "one")
    assert not select_comparing_strata(lives, exposed, place, YEAR).any()
    with pytest.raises(NotIdentifiableError, match="no stratum compares"):
        estimate_stratified_mean_ratio(lives, exposed, place, YEAR, seed=1)


def test_five_groups_in_each_arm_are_enough():
    """The least arm that is compared is allowed, not refused."""
    lives, exposed = lives_of([400.0] * 10, [False] * 10), np.arange(10) < 5
    assert select_comparing_strata(lives, exposed, np.full(10, "one"), YEAR).all()


def test_stratum_without_unexposed_groups_is_excluded():
    """The exposed are not compared with themselves."""
    lives, exposed = lives_of([400.0] * 20, [False] * 20), np.ones(20, bool)
    assert not select_comparing_strata(lives, exposed, np.full(20, "one"), YEAR).any()


def test_stratum_with_a_late_entry_is_excluded():
    """Whoever came half a day late has no mean from age 0 on."""
    lives, exposed = lives_of([400.0] * 20, [False] * 20), np.arange(20) < 10
    late = replace(lives, entry=np.r_[0.5, np.zeros(19)])
    assert not select_comparing_strata(late, exposed, np.full(20, "one"), YEAR).any()


def test_only_rows_of_comparing_strata_are_selected():
    """One place compares and the other has no exposed group: the first is taken."""
    place, exposed = np.array([*"ab"] * 20), np.arange(40) % 4 == 0
    chosen = select_comparing_strata(
        lives_of([400.0] * 40, [False] * 40), exposed, place, YEAR
    )
    assert chosen.tolist() == (place == "a").tolist()


def test_stratum_without_follow_up_is_excluded():
    """A mean up to a year needs a curve up to a year."""
    lives = lives_of([100.0] * 20, [False] * 20)
    exposed = np.arange(20) < 10
    assert not select_comparing_strata(lives, exposed, np.full(20, "one"), YEAR).any()


def test_clusters_are_drawn_for_clusters_of_their_own_stratum():
    """Each sample has as many clusters of a stratum as there are."""
    strata = np.array([*"aaabbbbbbb"])
    clusters = choose_clusters_within(strata, np.arange(10))
    (weights,) = cluster_weights(clusters, seed=1, replicates=40)

    assert set(weights[:, strata == "a"].sum(axis=1)) == {3.0}
    assert set(weights[:, strata == "b"].sum(axis=1)) == {7.0}
    assert len(np.unique(weights, axis=0)) > 30


def test_equal_batch_labels_in_two_strata_are_two_clusters():
    """A week is another one in another place."""
    batch = [*range(20), *range(20)] * 2
    place = np.repeat(["a", "b"], 40)
    assert choose_clusters_within(place, batch).count == 40


def test_twenty_batches_are_resampled_as_clusters():
    """With one fewer the groups themselves are drawn."""
    enough, few = ([*range(n), 0] for n in (20, 19))
    assert choose_clusters_within(["a"] * 21, enough).kind == "batch"
    assert choose_clusters_within(["a"] * 20, few).kind == "group"


def test_equal_batch_labels_in_many_strata_are_kept_apart():
    """Twenty-two places of two weeks each have forty-four clusters."""
    place, batch = np.repeat(np.arange(22), 4), np.tile([0, 0, 1, 1], 22)
    assert choose_clusters_within(place, batch).count == 44
