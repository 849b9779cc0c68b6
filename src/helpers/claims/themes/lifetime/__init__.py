"""Estimators of the theme lifetime."""
