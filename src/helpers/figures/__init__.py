"""Figures: drawn in one style, saved with their table, words and citation."""
