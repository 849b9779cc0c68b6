"""Functions are compiled where their code cannot be kept, too."""

import os
import subprocess
import sys

from helpers.paths import ROOT

HASH = """
import numba.core.caching as caching
for locator in caching.CacheImpl._locator_classes:
    locator.from_function = classmethod(lambda *_: None)
from helpers.formats.privacy.hashing import hash_texts
from helpers.text.columns import to_utf8
import pyarrow as pa
print(hash_texts(to_utf8(pa.array(["a"])), bytes(16))[0])
"""


def _hash(code):
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True, check=True, encoding="utf-8",
    ).stdout  # fmt: skip


def test_nowhere_to_keep_compiled_code_is_no_error():
    """An installation and a home folder that are only read ended each run."""
    assert _hash(HASH) == _hash(HASH[HASH.index("from helpers") :])
