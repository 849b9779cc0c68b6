"""Estimators of the claims, one package per theme, such as size or rules."""
