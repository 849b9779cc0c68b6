"""Hazard regressions: Cox with clusters and delayed entry; discrete time.

Their functions are offered by `helpers.survival`: `fit_cox`, `fit_discrete_hazard`.
"""
