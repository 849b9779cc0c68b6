"""Estimators of the theme content."""
