"""Specification curves: computed, kept as tables, read."""
