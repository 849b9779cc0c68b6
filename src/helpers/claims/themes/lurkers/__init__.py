"""Estimators of the theme lurkers."""
