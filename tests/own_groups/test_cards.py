"""Cards follow from the tables of a run."""

import dataclasses

import pytest

from helpers import paths
from helpers.forecast import predict_silence
from helpers.own_groups.cards.card import build_cards
from helpers.own_groups.page import SHADED, _describe_weeks
from helpers.own_groups.sentences import describe_forecast, name_group
from helpers.study import open_study
from helpers.wording import render


@pytest.fixture(scope="module")
def study():
    """Return a small public study with senders and joins."""
    return open_study(paths.PROCESSED / "houston_slack")


def test_a_closed_group_is_not_silent_now(study):
    """A year after its closing it was silent for 38 days, with more to come."""
    card = next(c for c in build_cards(study) if c.long_pause is not None and c.weeks)
    closed = dataclasses.replace(card, state="closed")
    shaded = str(SHADED).split("{")[0]
    assert shaded in _describe_weeks(card)
    assert shaded not in _describe_weeks(closed)


def test_small_groups_have_a_number_for_a_name(study, monkeypatch):
    """Groups whose labels are hidden all stood as a dash."""
    groups = study.table("groups").copy()
    groups["label"] = "–"
    table = type(study).table
    monkeypatch.setattr(
        type(study),
        "table",
        lambda self, name: groups if name == "groups" else table(self, name),
    )
    names = [card.label for card in build_cards(study)]
    assert len(set(names)) == len(names)
    assert "–" not in names
    assert render(name_group("small group 1"), "zh") == "小群 1"


def test_forecast_is_hidden_with_its_writers(change):
    """A chance of few writers tells how many they are."""
    told = change(people_28=3, forecast=predict_silence(200, 3, 9, 3))
    assert describe_forecast(told, 5) is None
    assert describe_forecast(told, 1) == told.forecast.describe()
    assert describe_forecast(change(forecast=None), 1) is None
