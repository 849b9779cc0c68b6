"""A second program comes to the same answers, from the published records alone."""

import json
from dataclasses import replace

import numpy as np
import pytest

from helpers.claims.rules.interval_rules import Word
from helpers.site.answers.quotable import number_files
from helpers.synthesis.record import record_of
from helpers.synthesis.synthesis import run_synthesis
from tests.claims.intervals import around
from tests.synthesis.planted import AGE, PARTS, RATIO, SHARE, curve_of, verdict
from tests.synthesis.recomputed import pool, recompute

SILENT = {"no data", "not testable"}


@pytest.fixture(scope="module")
def records(syntheses):
    """Return what numbers.json says of every claim, read back."""
    text = number_files([], [record_of(one) for one in syntheses.values()])
    return json.loads(text["numbers.json"])["synthesis"]


def test_every_answer_and_certainty_is_recomputed(records):
    """No difference in any claim; those without any number are silent."""
    with_numbers = [record for record in records.values() if record["parts"]]
    silent = {r["answer"] for r in records.values() if not r["parts"]}

    assert len(records) == 125
    assert silent == SILENT
    assert len(with_numbers) > 50
    for record in with_numbers:
        keys = ("answer", "certainty", "certainty_wechat", "k")
        assert recompute(record) == tuple(record[key] for key in keys), record["claim"]


def test_number_of_pooled_sources_counts_each_source_once(records):
    """Networks, channels and years are no sources: no study stands twice in a pool."""
    for record in records.values():
        for part in record["parts"]:
            deciding = [row for row in part["rows"] if row["decides"]]
            names = [name for row in deciding for name in row["sources"]]
            assert len(names) == len(set(names)) == part["k"], record["claim"]
            assert not any("/" in name for name in names), record["claim"]


def test_paule_mandel_by_bisection_gives_the_expected_pool():
    """The second program's own Paule–Mandel, on three ratios."""
    mean, se, _, df = pool([(0.1, 0.1), (0.5, 0.1), (0.9, 0.1)])

    assert (mean, df) == (pytest.approx(0.5), 2)
    assert se == pytest.approx((0.16 / 3) ** 0.5)


def test_single_indirect_source_is_always_undecided(records):
    """No claim is called supported or not on one indirect source."""
    for record in records.values():
        if record["k"] == 1 and record["basis"].startswith("indirect"):
            assert record["answer"] == "undecided", record["claim"]


def random_sources(rng, claim_id):
    """Return up to six sources with numbers, marks and frames drawn at random."""
    words = [None, None, None, Word.FRAGILE, Word.INCONCLUSIVE]
    verdicts = []
    for nth in range(rng.integers(1, 7)):
        share = claim_id in {SHARE, AGE}
        scale = "logit" if share else "log"
        draws = rng.uniform(0.02, 0.98, 2) if share else rng.uniform(0.3, 5, 2)
        near = rng.uniform(0.55, 0.75) if share else rng.uniform(1.4, 3)
        numbers = [near if rng.random() < 0.7 else float(draw) for draw in draws]
        marks = [m for m in ("proxy", "association") if rng.random() < 0.25]
        one = verdict(
            f"s{nth}",
            *numbers[: 2 if claim_id == PARTS else 1],
            claim_id=claim_id,
            se=float(rng.choice([0.01, 0.1, 0.4])),
            n=int(rng.choice([20, 900, 9000])),
            word=words[rng.integers(len(words))],
            qualifiers=tuple(marks),
            may=str(rng.choice(["both"] * 5 + ["support", "contradict", "nothing"])),
            speaks_for=str(
                rng.choice(["both"] * 5 + ["support", "contradict", "neither"])
            ),
            frame=str(rng.choice(["all created, x", "started, y"])),
        )
        other = [
            tuple(
                c and around(1 - c.estimate if share else 1 / c.estimate, 0.1, scale)
                for c in one.components
            )
        ]
        against = int(rng.integers(0, 5))
        alternatives = [one.components] * (10 - against) + other * against
        one = replace(one, curve=curve_of(alternatives, claim_id))
        common = one.components[0] if rng.random() < 0.5 and claim_id == AGE else None
        verdicts.append(replace(one, shared=common))
    return verdicts


@pytest.mark.parametrize("claim_id", [SHARE, AGE, RATIO, PARTS])
def test_random_sources_are_judged_alike_by_both_programs(claim_id):
    """Frames, bounds, proxies, withheld and fragile verdicts in all mixtures."""
    rng = np.random.default_rng(7)
    answers = set()
    for _ in range(120):
        made = run_synthesis(claim_id, random_sources(rng, claim_id))
        record = json.loads(json.dumps(record_of(made)))
        keys = ("answer", "certainty", "certainty_wechat", "k")
        assert recompute(record) == tuple(record[key] for key in keys)
        answers.add((record["answer"], record["certainty"]))
    assert len(answers) >= 8  # so many states were compared
