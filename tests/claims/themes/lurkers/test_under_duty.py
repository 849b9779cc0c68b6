"""Members whose absence costs the place."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.measures.lurking import DUTY
from tests.claims.registers import as_of, registry

CLAIM = "s0-lurkers-are-many"
GROUPS = 30


def _dutiful(silent, gone_silent, gone, *, groups=GROUPS):
    """Plant groups of a hundred members each, so many of whom stayed silent."""
    counts = {"joined": 100, "silent": silent, "gone_silent": gone_silent, "gone": gone}
    varying = {
        "joined": 0,
        "silent": 1,
        "gone_silent": 0,
        "gone": 0,
    }  # or all are alike
    rows = (
        [
            (group, "2024", DUTY[name], people + varying[name] * (group % 3 - 1))
            for group in range(groups)
            for name, people in counts.items()
        ]
        if groups > 1
        else [(0, "2024", DUTY[name], people) for name, people in counts.items()]
    )
    funnels = pd.DataFrame(rows, columns=["group", "cohort", "step", "people"])
    listed = registry(groups, 700)
    return as_of("cn_colearning", registry=listed, funnels=funnels)


@pytest.mark.parametrize(
    ("silent", "gone_silent", "word"),
    [(70, 5, "SUPPORTED, which"), (5, 20, "CONTRADICTED, which"), (20, 45, "")],
)
@pytest.mark.parametrize("groups", [GROUPS, 1])
def test_verdict_must_hold_with_inactive_leavers_in_or_out(
    silent, gone_silent, word, groups
):
    """Of those who stayed; both readings of the leavers have to agree."""
    found = evaluate(CLAIM, _dutiful(silent, gone_silent, 10, groups=groups))
    assert found.word == "INCONCLUSIVE"  # silent members are expelled there
    assert found.reason.startswith(word)
    assert found.estimate == pytest.approx(silent / (90 - gone_silent))
    assert {"proxy", "under duty"} <= set(found.qualifiers)
