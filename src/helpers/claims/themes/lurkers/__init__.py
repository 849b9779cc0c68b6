"""Estimators of claims about lurkers: members who never write.

- s0-lurkers-still-identify: `lurkers`, `seen_again`, `surveyed`
- s0-lurkers-are-many: `lurkers`, `silent_members`, `surveyed`
- s0-lurkers-talk-elsewhere: `lurkers`
- s0-lurk-from-fear: no data could tell
"""
