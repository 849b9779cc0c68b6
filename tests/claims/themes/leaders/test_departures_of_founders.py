"""Founding leads who leave: planted closings after the last of them."""

import numpy as np
import pandas as pd
import pytest

from tests.claims.registers import as_of, registry
from validation.worlds.claims.subject import evaluate_in_memory

CLAIM = "s4-owner-indispensable"
N, END = 900, 4000


def _study(hazard, *, crowd=1, networks=1):
    """Plant groups of two founders; in half of them both leave, in half only one."""
    rng = np.random.default_rng(3)
    last = np.arange(N) % 2 == 0
    born = rng.integers(0, 500, N)
    one, two = born + 100, born + 130 + rng.integers(0, 60, N)
    life = rng.exponential(np.where(last, 900 / hazard, 900.0))
    end = np.where(last, two, one) + np.maximum(np.rint(life), 1)
    closed = end < END
    stop = np.minimum(end, END)
    groups = registry(
        N, stop, born, closed=np.where(closed, stop, np.nan),
        network=np.arange(N) % networks, kind="sig",
    )  # fmt: skip
    rows = {"group": np.arange(N), "role": "maintainer", "from_day": born}
    first = pd.DataFrame(rows).assign(
        member=2 * np.arange(N), to_day=one, ending="left", crowd=crowd
    )
    second = pd.DataFrame(rows).assign(
        member=2 * np.arange(N) + 1, crowd=crowd, to_day=np.where(last, two, stop),
        ending=np.where(last, "left", np.where(closed, "group gone", "open")),
    )  # fmt: skip
    spells = pd.concat([first, second], ignore_index=True)
    return as_of("zh_sig_roles", registry=groups, spells=spells)


@pytest.mark.parametrize(
    ("hazard", "word"), [(2.0, "SUPPORTED"), (0.6, "CONTRADICTED")]
)
def test_hazard_after_last_founder_leaves_is_recovered(hazard, word):
    """At like age; what protects contradicts."""
    found = evaluate_in_memory(CLAIM, _study(hazard))
    assert found.low < hazard < found.high
    assert found.word == word
    assert {"proxy", "association"} <= set(found.qualifiers)


def test_roster_clean_ups_are_not_departures():
    """Five groups that lost somebody on one day: nobody is exposed."""
    found = evaluate_in_memory(CLAIM, _study(2.0, crowd=5))
    assert found.word == "UNTESTABLE"
    assert "0 exposed and 0 not, 30 needed" in found.reason


def test_each_community_gets_its_own_verdict_on_departures():
    """Two operators are two verdicts."""
    assert len(evaluate_in_memory(CLAIM, _study(2.0, networks=2)).parts) == 2
