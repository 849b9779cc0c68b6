"""What can be predicted of a group: whether it stays without a message for 60 days."""

from helpers.forecast.silence import Forecast, predict_silence

__all__ = ["Forecast", "predict_silence"]
