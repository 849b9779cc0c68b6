"""Shared designs: shares, ratios, hazards and ranks, from rows to an interval."""
