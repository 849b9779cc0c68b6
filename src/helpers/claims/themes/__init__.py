"""Estimators of the claims, one package per theme of the register."""
