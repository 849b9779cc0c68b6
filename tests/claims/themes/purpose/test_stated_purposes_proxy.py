"""Goal words by year of birth: planted trends, templates left out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.study import open_study
from helpers.validation.worlds.claims.tabled import Planted

N, YEARS = 600, 6


def _charters(odds, network="community"):
    rng = np.random.default_rng(11)
    year = np.arange(N) % YEARS
    born = pd.to_datetime([f"{2019 + y}-07-02" for y in year]).as_unit("us").asi8
    stated = rng.random(N) < 1 / (1 + np.exp(1 - np.log(odds) * year))
    groups = pd.DataFrame(
        {
            "group": np.arange(N), "network": network, "batch": np.arange(N),
            "origin_us": born, "entry_us": born, "end_us": born + 10**14,
            "closed_us": np.nan, "closed_kind": None,
        }
    )  # fmt: skip
    facts = [
        groups[["group"]].assign(fact=name, value=value)
        for name, value in (
            ("charter_on_first_day", 1.0), ("charter_names_goal", stated.astype(float))
        )
    ]  # fmt: skip
    shown = replace(open_study("zh_sig_roles").observability)
    return Planted({"registry": groups, "facts": pd.concat(facts)}, shown)


@pytest.mark.parametrize(("odds", "word"), [(1.6, "SUPPORTED"), (1.0, "CONTRADICTED")])
def test_a_trend_is_found(odds, word):
    """Odds that rise by so much a year, and odds that stand still."""
    found = evaluate("s0-purpose-clearer-later", _charters(odds))

    assert found.low < odds < found.high
    assert found.word == word
    assert "proxy" in found.qualifiers


def test_templates_say_nothing():
    """A community whose charters all have the same headings has no trend in them."""
    found = evaluate("s0-purpose-clearer-later", _charters(1.6, network="openharmony"))

    assert found.word == "UNTESTABLE"
    assert "0 calendar years" in found.reason
