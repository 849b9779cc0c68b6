"""Survival curves and their summaries: Kaplan–Meier, Aalen–Johansen, means.

`helpers.survival` offers the functions:

- `estimate_survival`: Kaplan–Meier curve with delayed entry (`SurvivalCurve`)
- `estimate_survival_band`: a curve with cluster-bootstrap confidence limits
- `estimate_median_lifetime`, `compute_restricted_mean`: summaries of a curve
- `estimate_cumulative_incidence`: Aalen–Johansen curve of one of several causes

``curve.to_frame()`` is a table by age, ``curve.plot()`` draws it.
"""
