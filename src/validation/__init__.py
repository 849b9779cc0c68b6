"""Validation of `helpers`: simulated data with known truth, and calibration."""
