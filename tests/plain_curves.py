"""Summaries of curves by the plainest way, to compare with."""

import numpy as np


def integrate_curve(curve, horizon):
    """Return the area under a survival curve up to a horizon."""
    inside = curve.times < horizon
    ends = np.r_[curve.times[inside], horizon]
    return float(np.sum(curve.survival[inside] * np.diff(ends)))


def compute_incidence(time, durations, causes, entry=None):
    """Return the share ended of cause 1 by a time, one risk set after another."""
    begins = np.zeros(len(durations)) if entry is None else np.asarray(entry)
    alive, ended = 1.0, 0.0
    for at in np.unique(durations[(causes > 0) & (durations <= time)]):
        watched = ((begins < at) | (begins == 0)) & (durations >= at)
        ended += (
            alive
            * np.mean(causes[watched & (durations == at)] == 1)
            * (np.sum(watched & (durations == at)) / np.sum(watched))
        )
        alive *= 1 - np.sum((durations == at) & (causes > 0)) / np.sum(watched)
    return ended
