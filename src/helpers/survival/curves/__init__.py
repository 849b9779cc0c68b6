"""Survival curves and their summaries: Kaplan–Meier, Aalen–Johansen, means."""
