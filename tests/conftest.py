"""What every test shares: examples that are the same in every run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# a machine under load is no reason to fail, nor is a test that draws much
settings.register_profile(
    "shequn",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", deadline=None, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "shequn"))
