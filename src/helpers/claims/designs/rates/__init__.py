"""Designs for counts over time: regressions, event studies, interrupted series."""
