"""Simulated studies with a given true effect: as messages, or as tables."""
