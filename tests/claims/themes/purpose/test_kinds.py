"""Boards sorted by their source: planted lives by kind, planted headers."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.themes.purpose.kinds import types_differ
from helpers.claims.themes.purpose.purposes import no_why
from tests.claims.registers import as_of, facts, registry
from validation.coverage.subjects import SUBJECTS
from validation.worlds.claims.subject import evaluate_in_memory

N, END = 900, 3000


def _boards(mean, *, blank=0.4, kinds=3):
    """Plant boards of as many kinds, which live so many days on average."""
    rng = np.random.default_rng(13)
    kind = np.arange(N) % kinds
    born = rng.integers(0, END - 800, N)
    life = rng.exponential(np.asarray(mean)[kind])
    groups = registry(N, END, born, last=np.minimum(born + life, END))
    sorted_ = [
        groups[["group"]].assign(fact=[f"{of}: {n}" for n in kind], value=1.0)
        for of in ("type", "plane", "category")
    ]
    stated = (rng.random(N) >= blank).astype(float)
    headed = facts(N, header_stated=stated, header_han=20 * stated)
    return as_of(
        "v2ex_nodes", named=False, registry=groups, facts=pd.concat([*sorted_, headed])
    )


@pytest.mark.parametrize(
    ("mean", "word"),
    [((100, 400, 400), "SUPPORTED"), ((400, 400, 400), "INCONCLUSIVE")],
)
def test_longer_lived_kinds_are_recovered(mean, word):
    """A pair that differs fourfold, and pairs that do not differ."""
    found = evaluate_in_memory("s3-types-differ-in-survival", _boards(mean))

    assert found.word == word
    assert "proxy" in found.qualifiers
    truth = [100 * (1 - np.exp(-365 / 100)), 400 * (1 - np.exp(-365 / 400))]
    if word == "SUPPORTED":
        assert found.components[0].low < truth[0] / truth[1] < found.components[0].high


def test_relabelling_kinds_does_not_change_the_estimate():
    """Other names in the same order change no number."""
    study = _boards((100, 200, 400))
    one = types_differ(Evidence.of(study)).components
    facts = study.tables["facts"]
    named = facts["fact"].str.replace("type: ", "type: board ", regex=False)
    study.tables["facts"] = facts.assign(fact=named)
    two = types_differ(Evidence.of(study)).components

    assert [component.estimate for component in one] == [
        component.estimate for component in two
    ]


@pytest.mark.parametrize(("blank", "word"), [(0.4, "SUPPORTED"), (0.1, "CONTRADICTED")])
def test_blank_headers_are_counted(blank, word):
    """Of a source without a plan both verdicts may be given."""
    study = _boards((400, 400, 400), blank=blank)
    found = no_why(Evidence.of(study)).components[0]

    assert found.low < blank < found.high
    assert evaluate_in_memory("s1-many-have-no-why", study).word == word


def test_four_categories_are_untestable():
    """Eight with thirty boards each are asked for; four refuse with their number."""
    assert SUBJECTS
    found = evaluate_in_memory("s1-any-industry", _boards((400,) * 4, kinds=4))

    assert found.word == "UNTESTABLE"
    assert found.reason == "categories: 4 categories with 30 boards, 8 needed"


def test_nine_categories_of_one_hazard_do_not_differ():
    """Planted alike the spread is near nothing, planted apart it is not."""
    alike = evaluate_in_memory("s1-any-industry", _boards((400,) * 9, kinds=9))
    apart = evaluate_in_memory(
        "s1-any-industry", _boards(400 * np.exp(np.linspace(-1, 1, 9)), kinds=9)
    )

    assert alike.estimate < 0.22 < apart.low
    assert apart.word == "CONTRADICTED"
