"""Evidence synthesis over sources: pooled estimate, prediction, certainty.

`synthesise` takes the verdicts on one claim and returns one frozen `Synthesis`: what
entered, pooled estimate and prediction interval, answer, certainty and its reasons.
Definitions: docs/decisions/2026-11-22-answers-come-from-pooled-estimates.md.
"""
