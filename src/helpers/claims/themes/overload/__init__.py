"""Estimators of claims about membership in many groups.

- s0-many-groups-exit: `many_groups`
- s0-community-not-fading: `community_not_fading`
- s2-overload-fatigue: `fatigue`
- s2-value-stands-out: `value_stands_out`
- s2-wechat-collapse: no data could tell
- s2-moments-decline: no data could tell
- s2-public-accounts-decline: no data could tell
"""
