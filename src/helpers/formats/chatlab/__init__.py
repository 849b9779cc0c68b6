"""Readers of chatlab exports."""
