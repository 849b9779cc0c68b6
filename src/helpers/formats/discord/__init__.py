"""Readers of discord exports."""
