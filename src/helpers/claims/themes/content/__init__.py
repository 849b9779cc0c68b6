"""Estimators of claims about content: its amount, regularity and effect.

- s0-mutual-influence: `contagion`
- s1-single-tactics-dont-last: `single_tactics`
- s1-content-is-premise: `content_and_survival`
- s1-good-groups-have-schedule: `schedules`
- s1-cognitive-surplus: `schedules`
- s1-good-groups-supply-content: `steady_content`
- s2-basic-service-fades: `replies`
- s3-daily-prompts: `prompts`
- s4-content-explains-liveliness: `content_and_activity`
- s4-aloofness-hurts: `replies`
- s4-teachers-and-learners: `prompts`
- s3-no-content-no-offline-causes: nobody records what it needs
"""
