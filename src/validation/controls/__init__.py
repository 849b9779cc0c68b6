"""Negative controls: verdicts on simulated studies, and placebo estimates.

``python -m validation.controls`` writes ``data/processed/controls``. Each
simulation takes a public source as it is (groups, births, ends of observation, days of
counts) and draws anew only what the claim is about, so that the verdict would be wrong.
"""
