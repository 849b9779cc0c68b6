"""The committed tables follow from the studies, and say where not to be used."""

import numpy as np
import pytest

from helpers import paths
from helpers.forecast import build_first_days, fit_forecast, score_predictions
from helpers.forecast.alike import STATE, list_moments
from helpers.forecast.first_days import COUNTS_ALONE, select_counted
from helpers.forecast.held_out import predict_held_out
from helpers.forecast.record import judge_use, read_record
from helpers.study import open_study


def test_the_committed_model_is_that_of_the_tables():
    """Lounges are one source: fit again, coefficient by coefficient."""
    study = open_study(paths.PROCESSED / "zh_s1_lounges")
    rows = select_counted(build_first_days(study))
    again = fit_forecast(rows, COUNTS_ALONE)
    kept = read_record("coefficients").query(
        "kind == 'lounge' and days == 28 and model == 'counts alone'"
    )
    coefficients = kept.set_index("feature")["coefficient"]
    assert np.allclose(again.coefficients, coefficients, atol=1e-5)
    assert set(kept["groups"]) == {len(rows)}
    held = predict_held_out(rows, COUNTS_ALONE, "groups")
    scores = read_record("scores").query(
        "kind == 'lounge' and days == 28 and model == 'counts alone'"
        " and held_out == 'groups' and source == 'pooled'"
    )
    assert np.isclose(score_predictions(held)["auc"], scores["auc"].item(), atol=1e-6)


def test_use_follows_from_the_scores():
    """Nobody edits the verdict of the rule."""
    again = judge_use(read_record("scores"))
    assert again.astype(str).equals(read_record("use").fillna("").astype(str))


def test_counts_of_similar_groups_are_recomputed():
    """A cell is the mean over groups of the mean over a group's moments."""
    moments = list_moments(open_study(paths.PROCESSED / "rcontrib_slack"))
    table = read_record("alike").query("source == 'rcontrib_slack'")
    assert len(table)
    for cell in table.to_dict("records"):
        here = moments
        for name in STATE:
            here = here[here[name] == cell[name]]
        shares = [part["again"].sum() / len(part) for _, part in here.groupby("group")]
        assert len(shares) == cell["groups"]
        assert np.isclose(np.mean(shares), cell["again"], atol=1e-6)


@pytest.mark.parametrize("name", ["alike", "standing"])
def test_no_cell_rests_on_fewer_than_ten_groups(name):
    """A share of few groups could point to one of them."""
    assert read_record(name)["groups"].min() >= 10
