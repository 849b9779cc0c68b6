"""Estimators of claims about meetings in person.

- s3-offline-first-better: `meetings_and_events`, `chapters_proxy`
- s3-offline-meetups-help: `meetings_and_events`, `meetings_in_person_proxy`
- s4-offline-is-content: `meetings_and_events`
"""
