"""Estimators of claims about splitting, growth and filling of groups.

- s0-fission-speed: `fission`
- s0-fission-dilutes-quality: `fission`
- s0-bridging-breaks-silos: `bridges`
- s2-slower-fill: `time_to_fill`
- s3-perks-spread: `recruitment`
- s3-groups-start-with-friends: `recruitment`
- s3-users-best-promoters: `recruitment`
- s4-useful-content-travels: `bridges`
- s0-fission-uncontrollable: no data could tell
"""
