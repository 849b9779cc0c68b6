"""Estimators of claims about the size of groups.

- s0-size-stagnation-shell: `sizes`, `quality_and_retention`
- s0-size-10-30-best: `lifetimes_by_size`
- s0-future-groups-small: `sizes`
- s1-zombie-members-useless: `sizes`
- s4-retention-beats-acquisition: `quality_and_retention`
- s4-quality-over-quantity: `quality_and_retention`
"""
