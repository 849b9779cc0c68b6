"""Estimators of the theme failure."""
