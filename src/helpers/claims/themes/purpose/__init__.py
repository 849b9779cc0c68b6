"""What groups are for, of which kind they are, and how they are built.

- s0-no-purpose-dies: `purposes`, `charters_proxy`
- s0-hasty-copycat-dies: `hasty_groups`, `hasty_groups_proxy`,
  `hasty_listed_proxy`
- s0-success-traits-cohere: `traits`, `traits_proxy`
- s0-course-groups-no-seeds: `ties`
- s0-purpose-clearer-later: `purposes`, `stated_goals_proxy`
- s1-many-have-no-why: `purposes`, `boards_proxy`
- s1-vision-drives-start: `visions`
- s1-any-industry: `kinds`, `boards_proxy`
- s2-multi-scene-helps: `multi_scene`
- s3-five-types-cover: `purposes`
- s3-types-differ-in-survival: `kinds`, `boards_proxy`
- s3-interest-groups-wither: `decline_by_kind`, `quarters_proxy`
- s3-friend-groups-active: `kinds`
- s3-interest-ties-fragile: `ties`, `ties_proxy`
- s4-organisation-not-media: `broadcast_talk`
- s0-values-turn-weak-strong: nobody records what it needs
- s0-everyone-deep: no data could tell
- s0-joined-for-handouts: no data could tell
- s0-same-needs-level: no data could tell
- s1-cold-start-use: no data could tell
- s1-most-firms-customer-purposes: nobody records what it needs
- s2-other-platforms-better: no data could tell
- s2-everywhere-scenes: no data could tell
- s2-most-on-wechat: no data could tell
- s3-best-business-model: no data could tell
- s4-vision-lengthens-life: nobody records what it needs
- s4-structure-and-culture: nobody records what it needs
- s4-old-wine: no data could tell
- s4-self-growing-end: no data could tell
- s4-growth-over-income: no data could tell
"""
