"""Estimators of the theme size."""
