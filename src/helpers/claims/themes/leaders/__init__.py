"""Estimators of the theme leaders."""
