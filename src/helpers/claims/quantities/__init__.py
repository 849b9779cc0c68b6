"""Quantities of a study: lifetimes, members, labels, codings, whatever tables it has.

A claim's estimator asks a quantity for its rows; which of the study's tables give them,
and what that is called, the quantity decides.
"""
