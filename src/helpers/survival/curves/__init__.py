"""Kaplan–Meier curves, and exact and Wilson intervals of proportions."""
