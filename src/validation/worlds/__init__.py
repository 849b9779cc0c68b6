"""Simulated data with known truth: messages, and tables of claims."""
