"""Execution of notebooks, and reading of their contents."""
