"""How long groups last.

- s0-three-month-death: `lifetimes`, `two_dates_proxy`
- s0-novelty-decay: `lifetimes`, `courses_proxy`
- s0-later-cohorts-harder: `cohorts`, `cohorts_by_dates_proxy`, `joining_cohorts_proxy`
"""
