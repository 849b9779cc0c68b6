"""Shares and cohorts from two dates, in planted registries; what both W have to say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims import Word
from helpers.claims.claim import Claim
from helpers.claims.evaluation.curves import Computed
from helpers.claims.evaluation.evaluate import choose_method, evaluate_claim
from helpers.claims.evaluation.pooling import combine_words
from helpers.records import DAY_US
from helpers.study import open_study
from tests.claims.registers import as_of, facts, registry

END, N = 2600, 600
THREE, NINE = "s0-three-month-death", "s1-over-90-fail"
LATER, SHELLS = "s0-later-cohorts-harder", "s0-200-of-343-shells"


@pytest.fixture
def unamended(monkeypatch):
    """Let the estimators decide as before their sources' verdicts were withdrawn."""
    module = "helpers.claims.evaluation.evaluate.list_amendments"
    monkeypatch.setattr(module, lambda *_: ())


def verdict(name, study):
    """Return the verdict, all specifications computed."""
    return evaluate_claim(Claim.of(name), study, Computed(most=30, permutations=0))


def planted(source, lived, born=None, never=0, posts=None):
    """Plant a source's registry: days lived, and days born."""
    rng = np.random.default_rng(8)
    born = rng.integers(0, 2000, len(lived)) if born is None else born
    last = np.minimum(born + np.asarray(lived), END - 1).astype(float)
    last[:never] = np.nan
    known = {"born_in_frame": 1.0} | ({} if posts is None else {"posts": posts})
    many = len(lived)
    return as_of(
        source,
        registry=registry(many, END, born, last=last, kind="board"),
        facts=facts(many, **known),
    )


def lives(early, n=N):
    """Return lives of which a share ends by day 100, the others after years."""
    rng = np.random.default_rng(9)
    soon = rng.random(n) < early
    return np.where(soon, rng.integers(0, 100, n), rng.integers(1500, 2500, n))


@pytest.mark.parametrize(
    ("name", "source", "share", "word", "qualifiers"),
    [
        (THREE, "v2ex_nodes", 0.7, "SUPPORTED", set()),
        (THREE, "v2ex_nodes", 0.3, "CONTRADICTED", set()),
        (NINE, "rladies_meetup", 0.96, "SUPPORTED", {"proxy", "F1 only"}),
        (NINE, "rladies_meetup", 0.5, "CONTRADICTED", {"proxy", "F1 only"}),
    ],
)
@pytest.mark.usefixtures("unamended")
def test_simulated_failure_share_is_recovered_from_two_dates(
    name, source, share, word, qualifiers
):
    """By talk within three months; by meetings, which stand in for it, in a year."""
    found = verdict(name, planted(source, lives(share)))
    assert found.word == word
    assert found.low < share < found.high
    assert set(found.qualifiers) & {"proxy", "F1 only"} == qualifiers


def test_verdict_needs_both_silence_thresholds():
    """Groups silent for 60 to 180 days at the end are dead by one W only."""
    early = planted("v2ex_nodes", lives(0.45))
    groups = early.tables["registry"]
    last = END - np.random.default_rng(3).integers(65, 175, 200)
    born = last - 30
    recent = groups.iloc[:200].assign(
        group=np.arange(1000, 1200), batch=np.arange(1000, 1200).astype(str),
        origin_us=born * DAY_US, entry_us=born * DAY_US,
        last_us=last * float(DAY_US),
    )  # fmt: skip
    early.tables["registry"] = pd.concat([groups, recent], ignore_index=True)
    found = verdict(THREE, early)
    by_w = {one.name: one.interval for one in found.beside}
    assert found.word is Word.INCONCLUSIVE
    assert found.low == min(one.low for name, one in by_w.items() if "W" in name)
    assert found.high == max(one.high for name, one in by_w.items() if "W" in name)


@pytest.mark.usefixtures("unamended")
def test_never_active_groups_have_their_own_frame():
    """All created and ever started may say different things; then it is FRAGILE."""
    found = verdict(THREE, planted("v2ex_nodes", lives(0.3), never=400))
    assert found.word is Word.FRAGILE
    assert "ever started" in found.reason


@pytest.mark.usefixtures("unamended")
def test_groups_with_few_posts_alone_do_not_support():
    """SUPPORTED needs guilds of ten posts too: if these live, it is not sure."""
    lived = lives(0.7)
    many = np.where(lived > 1000, 50.0, 1.0)
    assert verdict(THREE, planted("ruqqus_guilds", lived, posts=many)).word is (
        Word.INCONCLUSIVE
    )
    all_ten = planted("ruqqus_guilds", lived, posts=np.full(N, 12.0))
    assert verdict(THREE, all_ten).word is Word.SUPPORTED


@pytest.mark.parametrize("source", ["mc_servers", "nodeschool_chapters", "k8s_sigs"])
@pytest.mark.parametrize("name", [THREE, NINE, SHELLS, LATER])
def test_unplanned_registry_is_refused(name, source):
    """Two dates are in many registries; only those named are read as lives."""
    method = choose_method(Claim.of(name), open_study(source))
    assert method.estimator is None
    assert not method.data.passed


@pytest.mark.parametrize(("grows", "word"), [(1.3, "SUPPORTED"), (0.8, "CONTRADICTED")])
def test_hazard_per_founding_year_equals_the_simulated_one(grows, word):
    """Hazards that grow by a factor a year of birth."""
    rng = np.random.default_rng(10)
    born = rng.integers(0, 2000, 3000)
    lived = rng.exponential(600 / grows ** (born / 365))
    found = verdict(LATER, planted("v2ex_nodes", np.floor(lived), born))
    assert found.word == word
    assert found.low < grows < found.high


def test_unchanged_governance_file_is_not_a_death():
    """Groups live on without a second commit: the ratio is shown, decides nothing."""
    rng = np.random.default_rng(10)
    born = rng.integers(0, 2000, 3000)
    lived = rng.exponential(600 / 1.3 ** (born / 365))
    found = verdict(LATER, planted("sig_groups", lived, born))
    assert found.low < 1.3 < found.high
    assert (found.word, found.may) == (Word.INCONCLUSIVE, "nothing")
    assert "no death" in found.note


@pytest.mark.parametrize(("share", "word"), [(0.9, "SUPPORTED"), (0.2, "INCONCLUSIVE")])
def test_silent_groups_can_only_support(share, word):
    """A lower bound never contradicts."""
    lived = lives(share)
    lived = np.where(lived > 1000, END, lived)
    found = verdict(SHELLS, planted("v2ex_nodes", lived, np.arange(N)))
    assert found.word == word
    assert "portable form" in found.qualifiers


def test_operators_of_one_source_are_combined_without_the_shared_frame():
    """The frame that sources share decides nothing within one of them."""
    found = verdict(THREE, open_study("r_user_groups"))
    words = [(part.study, part.word) for part in found.parts]
    assert any(part.shared for part in found.parts)
    assert found.word is combine_words(words).word
