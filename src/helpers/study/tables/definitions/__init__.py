"""Columns and types of every processed table."""
