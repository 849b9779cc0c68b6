"""One look along the bytes counts what Arrow's own functions count."""

from unittest.mock import patch

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from helpers.formats.rows import columns as text_counts

PIECES = st.sampled_from(
    ["http", "https", "s", "://", "`", "``", "```", "?", "？", "é", "群", "😀", " "]
)
TEXTS = st.none() | st.lists(PIECES, max_size=9).map("".join)


@given(st.lists(TEXTS), st.integers(0, 3))
def test_text_counts_equal_regular_expressions(texts, start):
    """Whatever stands side by side, and wherever the column is cut."""
    column = pa.array(texts, pa.string())[start:]
    filled = pc.fill_null(column, "")
    expected = {
        "chars": pc.utf8_length(filled),
        "links": pc.count_substring_regex(filled, "https?://"),
        "has_code": pc.match_substring(filled, "```"),
        "has_question": pc.match_substring_regex(filled, "[?？]"),
    }
    for loaded in (True, False):  # by compiled code, and by Arrow before it is loaded
        with patch.object(text_counts, "is_compiler_loaded", return_value=loaded):
            assert text_counts.count_text_features(column) == expected
