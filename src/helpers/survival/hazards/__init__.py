"""Hazard regressions: Cox with clusters and delayed entry; discrete time.

`helpers.survival` offers the functions:

- `fit_cox`: Cox regression with delayed entry and cluster-robust standard errors
- `fit_discrete_hazard`: complementary log-log regression on periods

Both return a `Regression` with one coefficient per exposure: ``summary()`` is a table
of hazard ratios, ``check_proportional_hazards()`` tests the assumption of Cox's model.
"""
