"""Pseudonyms and masking: no name or raw id leaves this package."""
