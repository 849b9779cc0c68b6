"""Characters, links, code and questions of texts are counted as patterns tell."""

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from helpers.formats.rows.columns import count_text_features

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
    assert count_text_features(column) == expected
