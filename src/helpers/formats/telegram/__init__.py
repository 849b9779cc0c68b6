"""Readers of telegram exports."""
