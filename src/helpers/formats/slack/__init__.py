"""Readers of slack exports."""
