"""Validate `helpers`: simulated data with a given truth, and calibration."""
