"""Specification curves: computed, stored as tables, read."""
