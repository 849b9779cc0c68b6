"""Hazard designs: landmarks, time-varying exposures, ties between members."""
