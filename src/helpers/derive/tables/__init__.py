"""Compute the processed tables of a study from stored message records."""
