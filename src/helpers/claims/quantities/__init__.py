"""Quantities computed from a study's tables: lifetimes, members, labels.

A claim's estimator asks a quantity for its rows; which of the study's tables give them,
and what that is called, the quantity decides.
"""
