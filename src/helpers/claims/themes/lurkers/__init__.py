"""Estimators of claims about lurkers: members who never write.

- s0-lurkers-still-identify: `lurkers`, `audiences_proxy`, `seen_again_proxy`,
  `surveyed_proxy`
- s0-lurkers-are-many: `lurkers`, `counts_proxy`, `guests_proxy`,
  `silent_members_proxy`, `surveyed_proxy`, `under_duty_proxy`
- s0-lurkers-talk-elsewhere: `lurkers`, `elsewhere_proxy`
- s0-lurk-from-fear: no data could tell
"""
