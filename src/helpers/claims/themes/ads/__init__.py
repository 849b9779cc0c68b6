"""Estimators of the theme ads."""
