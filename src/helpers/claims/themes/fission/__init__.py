"""Estimators of the theme fission."""
