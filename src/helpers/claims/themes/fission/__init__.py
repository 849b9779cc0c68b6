"""Estimators of claims about splitting, growth and filling of groups.

- s0-fission-speed: `fission`, `births_proxy`, `listed_groups_proxy`
- s0-fission-dilutes-quality: `fission`
- s0-bridging-breaks-silos: `bridges`
- s2-slower-fill: `time_to_fill`, `counted_fills_proxy`, `listed_groups_proxy`
- s3-perks-spread: `recruitment`, `perks_and_raids_proxy`
- s3-groups-start-with-friends: `recruitment`
- s3-users-best-promoters: `recruitment`, `perks_and_raids_proxy`
- s4-useful-content-travels: `useful_items`
- s0-fission-uncontrollable: no data could tell
"""
