"""Rules, gates, tone and focus.

- s1-rules-needed: `rules_and_gates`, `chapter_rules_proxy`,
  `charters_with_rules_proxy`, `server_tools_proxy`
- s1-rules-too-strict: `rules_and_gates`, `server_tools_proxy`
- s1-off-topic-harms: `tone_and_off_topic`
- s1-loose-groups-need-rules-more: `rules_and_gates`
- s2-features-dont-help: `rules_and_gates`
- s4-rules-keep-links: `rules_and_gates`
- s4-entry-threshold-cap: `rules_and_gates`, `paid_door_proxy`
- s4-values-keep-focus: `topic_drift`
- s4-link-tone-matters: `tone_and_off_topic`
- s1-target-setting: no data could tell
"""
