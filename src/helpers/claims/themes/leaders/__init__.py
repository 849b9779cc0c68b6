"""Owners, leaders and core members: who keeps a group going.

- s0-100-fanatics: `core_members`
- s0-seed-users-needed: `seed_users`, `seed_users_proxy`
- s0-owner-alone-fails: `centralisation`, `lead_messages_proxy`, `offices_proxy`
- s0-no-plan-dies: `plans`, `offices_proxy`, `timetables_proxy`
- s0-decentralised-better: `decentralised_replies`
- s0-bigname-groups-adrift: `owners`
- s1-not-centralised: `centralisation`
- s2-scene-not-skill: `owners`
- s2-kol-fills-fast: `owners`, `crowds_proxy`
- s2-brand-solves-all: `owners`
- s2-needs-no-operation: `owners`, `operation_proxy`
- s3-opinion-leader-needed: `owners`
- s3-self-growth: `owners`, `openings_proxy`, `operation_proxy`
- s3-friend-groups-centred: `friends_centred`
- s4-core-members-needed: `core_members`, `operation_proxy`
- s4-many-centres: `centralisation`
- s4-core-distributes: `core_recruiters`, `core_carriers_proxy`
- s4-owner-indispensable: `owner_activity`, `owner_chairs_proxy`,
  `owner_departure_proxy`, `owner_founding_proxy`
- s2-kol-engagement-gap: no data could tell
- s2-courses-dont-help-operators: no data could tell
"""
