"""Designs for time to death: landmarks, time-varying exposures, dyads."""
