"""Estimators of claims about membership in many groups.

- s0-many-groups-exit: `many_groups`, `many_groups_proxy`
- s0-community-not-fading: `many_groups`, `groups_by_period_proxy`
- s2-overload-fatigue: `fatigue`, `fatigue_in_pairs_proxy`
- s2-value-stands-out: `value_stands_out`, `value_stands_out_proxy`
- s2-wechat-collapse: no data could tell
- s2-moments-decline: no data could tell
- s2-public-accounts-decline: no data could tell
"""
