"""Estimators of the theme rules."""
