"""Estimators of claims about how long groups last.

- s0-three-month-death: `lifetimes`, `lifetimes_proxy`
- s0-novelty-decay: `lifetimes`
- s0-later-cohorts-harder: `cohorts`, `cohorts_by_dates_proxy`, `joining_cohorts_proxy`
"""
