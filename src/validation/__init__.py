"""Proofs that the numbers of `helpers` are right: simulated data and calibration."""
