"""Estimators of the theme purpose."""
