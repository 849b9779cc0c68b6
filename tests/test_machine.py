"""Functions are compiled where their code cannot be kept, too, and give the same."""

import os
import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import machine
from helpers.formats.privacy import masking
from helpers.formats.privacy.masking import Masker
from helpers.paths import ROOT

MASK = """
import numba.core.caching as caching
for locator in caching.CacheImpl._locator_classes:
    locator.from_function = classmethod(lambda *_: None)
from helpers import machine
from helpers.formats.privacy.masking import Masker
import pyarrow as pa
machine.FEW = 0
print(Masker(["Ann"]).mask(pa.array(["Ann 1234567"])))
"""


def _mask(code):
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True, check=True, encoding="utf-8",
    ).stdout  # fmt: skip


def test_nowhere_to_keep_compiled_code_is_no_error():
    """An installation and a home folder that are only read ended each run."""
    assert _mask(MASK) == _mask(MASK[MASK.index("from helpers") :])


@given(
    st.lists(st.text("aAbé张三0１@- .%+😀") | st.none(), max_size=6),
    st.lists(st.text("aAbé张三😀", min_size=1, max_size=4), max_size=5),
)
def test_texts_are_masked_the_same_without_the_compiler(texts, names):
    """Small exports do not wait for it."""
    masked = []
    for few in (0, 1 << 62):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(machine, "FEW", few)
            patch.setattr(masking, "SHORT", few - 1)
            if few:
                patch.delitem(sys.modules, "numba", raising=False)
            masked.append(Masker(names).mask(pa.array(texts, pa.string())))
    assert masked[0].equals(masked[1])
