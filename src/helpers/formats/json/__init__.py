"""Streaming readers of large and truncated JSON files."""
