"""Pseudonyms and masking: no name or raw id passes this boundary."""
