"""Readers of matrix exports."""
