"""Validate `helpers`: simulated data with known truth, and calibration of verdicts."""
