"""Estimators of claims about how long groups last.

- s0-three-month-death: `lifetimes`
- s0-novelty-decay: `lifetimes`
- s0-later-cohorts-harder: `cohorts`, `joining_cohorts`
"""
