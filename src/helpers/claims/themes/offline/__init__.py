"""Estimators of the theme offline."""
