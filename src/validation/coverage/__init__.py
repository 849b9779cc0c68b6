"""Calibration: how often verdicts are right on simulated data.

`SUBJECTS` are the decision templates and the claims that have a planted world; a cell
is one of them in one world at one size. `calibrate` runs cells on two processes, can
be interrupted, and keeps what it has; `summarise` makes the published table.
"""
