"""Executed notebooks and their contents."""
