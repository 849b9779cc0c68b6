"""Estimators of the theme overload."""
