"""The ways in which numpy sorts and adds numbers, by what a processor can do."""

import numpy as np
import pytest

AS_IT_IS = ""  # values of NPY_DISABLE_CPU_FEATURES
AVX512 = "X86_V4 AVX512_ICL AVX512_SPR"
OLDER = (AVX512, f"X86_V3 {AVX512}")  # the last without AVX2, too


def require_processor(without):
    """Skip a test where this processor lacks what is to be switched off."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    if lacking := {*without.split()[:1]} - {*found}:
        pytest.skip(f"this processor has no {lacking}")
