"""Estimators of claims about rules, entry requirements and tone.

- s1-rules-needed: `rules_and_gates`, `dated_rules`
- s1-rules-too-strict: `rules_and_gates`, `dated_rules`
- s1-off-topic-harms: `tone_and_off_topic`
- s1-loose-groups-need-rules-more: `rules_and_gates`
- s2-features-dont-help: `feature_uptake`
- s4-rules-keep-links: `rules_and_gates`
- s4-entry-threshold-cap: `rules_and_gates`
- s4-link-tone-matters: `tone_and_off_topic`
- s1-target-setting: no data could tell
- s4-values-keep-focus: nobody records what it needs
"""
