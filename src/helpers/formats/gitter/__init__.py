"""Readers of gitter exports."""
