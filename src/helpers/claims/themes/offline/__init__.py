"""Estimators of claims about meetings in person.

- s3-offline-first-better: `meetings_and_events`
- s3-offline-meetups-help: `meetings_and_events`, `days_after_meetings`
- s4-offline-is-content: `meetings_and_events`
"""
