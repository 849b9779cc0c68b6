"""Readers of chat exports from QQ."""
