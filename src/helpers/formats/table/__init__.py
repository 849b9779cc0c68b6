"""Readers of table exports."""
