"""Estimators of the theme paid."""
