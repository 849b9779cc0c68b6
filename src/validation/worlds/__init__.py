"""Simulated studies with known truth: as messages, or as tables."""
