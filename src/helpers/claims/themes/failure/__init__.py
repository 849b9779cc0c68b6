"""Estimators of claims about failure and success of groups.

- s0-success-below-5pct: `failure`
- s0-200-of-343-shells: `shells`
- s0-half-are-lost-type: `low_value`
- s1-over-90-fail: `failure`
- s1-many-factors-no-single: `factors`
- s2-low-value-majority: `low_value`
- s2-three-complaints: `complaints`
- s1-groups-not-understood-root: no data could tell
- s2-inevitable-death: nobody records what it needs
- s3-headache-ranking: no data could tell
- s3-dead-group-is-view: no data could tell
"""
