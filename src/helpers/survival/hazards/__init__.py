"""Hazard regressions: Cox with clusters and delayed entry; discrete time."""
