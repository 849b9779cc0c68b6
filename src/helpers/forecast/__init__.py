"""Forecast whether a group will be active in 90 days, from its first days.

`first_days` makes features and outcomes, `model` fits, `held_out` tests on sources and
groups that a model has not seen, `alike` counts what became of groups like one's own.
Definitions: ``docs/decisions/2026-11-22-what-a-forecast-of-groups-is.md``.
"""

from helpers.forecast.first_days import (
    FEATURES,
    KINDS,
    build_first_days,
    select_counted,
)
from helpers.forecast.held_out import predict_held_out
from helpers.forecast.model import Forecast, fit_forecast
from helpers.forecast.scores import score_predictions

__all__ = [
    "FEATURES",
    "KINDS",
    "Forecast",
    "build_first_days",
    "fit_forecast",
    "predict_held_out",
    "score_predictions",
    "select_counted",
]
