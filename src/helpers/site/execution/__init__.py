"""Notebooks executed, and what executed notebooks hold."""
