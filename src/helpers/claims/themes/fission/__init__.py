"""Estimators of claims about splitting, growth and filling of groups.

- s0-fission-speed: `fission`
- s0-fission-dilutes-quality: `fission`
- s0-bridging-breaks-silos: `bridges`
- s2-slower-fill: `time_to_fill`
- s3-perks-spread: `recruitment`, `perks_and_raids`
- s3-groups-start-with-friends: `recruitment`
- s3-users-best-promoters: `recruitment`, `perks_and_raids`
- s4-useful-content-travels: `useful_items`
- s0-fission-uncontrollable: no data could tell
"""
