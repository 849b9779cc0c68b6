"""Estimators of claims about owners, leaders and core members.

- s0-100-fanatics: `core_members`
- s0-seed-users-needed: `operators`
- s0-owner-alone-fails: `centralisation`
- s0-no-plan-dies: `operators`
- s0-decentralised-better: `core_members`
- s0-bigname-groups-adrift: `owners`
- s1-not-centralised: `centralisation`
- s2-scene-not-skill: `owners`
- s2-kol-fills-fast: `owners`, `core_recruiters`
- s2-brand-solves-all: `owners`
- s2-needs-no-operation: `operators`
- s3-opinion-leader-needed: `owners`
- s3-self-growth: `operators`
- s3-friend-groups-centred: `core_members`
- s4-core-members-needed: `core_members`
- s4-many-centres: `centralisation`
- s4-core-distributes: `core_recruiters`
- s4-owner-indispensable: `owner_activity`
- s2-kol-engagement-gap: no data could tell
- s2-courses-dont-help-operators: no data could tell
"""
