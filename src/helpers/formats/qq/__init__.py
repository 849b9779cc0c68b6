"""Readers of qq exports."""
