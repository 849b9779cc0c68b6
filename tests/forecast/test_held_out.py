"""The truth is recovered where there is one, and no forecast comes from noise."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import UndeterminedError
from helpers.forecast import FEATURES, fit_forecast, predict_held_out, score_predictions
from helpers.forecast.record import POOLED, judge_use
from helpers.forecast.scores import bootstrap_scores

TRUE = np.array([0.8, 0.5, 0.4, 0.0, -0.5, 0.0, 0.6, 0.0])
LEVELS = {"a": 0.2, "b": 0.2, "c": 0.2}


def _judge(rows):
    """Return the rule of use on predictions for unseen sources."""
    held = predict_held_out(rows, FEATURES)
    parts = {POOLED: held, **dict(list(held.groupby("source")))}
    about = {
        "kind": "chat", "days": 28, "model": "all features", "held_out": "source",
        "outcome": "alive",
    }  # fmt: skip
    table = [
        {"source": name, **about, **score_predictions(part)}
        for name, part in parts.items()
    ]
    return judge_use(pd.DataFrame(table)).iloc[0]


def test_known_coefficients_are_recovered(simulate_groups):
    """Each is within four standard errors of a thousand groups."""
    rows = simulate_groups({"every": TRUE}, LEVELS, groups=2000)
    model = fit_forecast(rows, FEATURES)
    assert np.abs(model.coefficients[list(FEATURES)] - TRUE).max() < 0.15
    assert np.abs(model.predict(rows) - rows["chance"]).max() < 0.06


def test_forecast_valid_in_every_source_is_usable(simulate_groups):
    """The rule of use can be passed."""
    rows = simulate_groups({"every": TRUE}, LEVELS, groups=800)
    assert _judge(rows)["usable"]


def test_forecast_from_noise_is_not_usable(simulate_groups):
    """Without any effect, unseen groups are ranked by chance alone."""
    rows = simulate_groups({"every": np.zeros(8)}, LEVELS)
    held = predict_held_out(rows, FEATURES)
    limits = bootstrap_scores(held, draws=199)
    assert limits.loc["low", "auc"] < 0.5 < limits.loc["high", "auc"]
    assert not _judge(rows)["usable"]


def test_a_source_with_opposite_effects_forbids_use(simulate_groups):
    """What goes with life in two places and with death in the third is named."""
    rows = simulate_groups({"every": TRUE, "c": -TRUE}, LEVELS)
    judged = _judge(rows)
    assert not judged["usable"]
    assert "c" in judged["reason"].split()


def test_a_source_with_another_level_forbids_use(simulate_groups):
    """A slope of 1 is not enough where every probability is too high."""
    rows = simulate_groups({"every": TRUE}, {"a": 1.5, "b": 1.5, "c": -1.5}, 800)
    assert "c" in _judge(rows)["reason"].split()


def test_no_group_of_a_held_out_source_trains_its_model(simulate_groups):
    """Turning one source's outcomes round leaves its predictions as they were."""
    rows = simulate_groups({"every": TRUE}, LEVELS)
    turned = rows.assign(alive=rows["alive"] ^ (rows["source"] == "b"))
    before, after = (
        predict_held_out(each, FEATURES).query("source == 'b'")["predicted"]
        for each in (rows, turned)
    )
    assert np.array_equal(before, after)


def test_groups_of_one_cluster_are_held_out_together(simulate_groups):
    """Turning one group's outcome leaves the prediction of its cluster as it was."""
    rows = simulate_groups({"every": TRUE}, LEVELS)
    turned = rows.copy()
    turned.loc[0, "alive"] = not turned.loc[0, "alive"]
    before, after = (
        predict_held_out(each, FEATURES, "groups")["predicted"]
        for each in (rows, turned)
    )
    assert before[1] == after[1]
    assert (before != after).any()


def test_a_single_source_has_no_unseen_prediction(simulate_groups):
    """There is nothing to learn from."""
    rows = simulate_groups({"every": TRUE}, {"a": 0.0})
    assert predict_held_out(rows, FEATURES).empty


def test_separated_outcomes_are_refused(simulate_groups):
    """A feature that divides the living from the dead has no finite weight."""
    rows = simulate_groups({"every": TRUE}, LEVELS)
    rows["messages"] = rows["alive"].astype(float)
    with pytest.raises(UndeterminedError):
        fit_forecast(rows, FEATURES)
