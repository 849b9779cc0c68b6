"""Designs for counts over time: regressions, event studies, time series."""
