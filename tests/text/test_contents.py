"""Content items, questions, links and calls for contact."""

import pyarrow as pa
import pytest

from helpers.text.contents import has_link, is_content_item, is_question


@pytest.mark.parametrize(
    ("message", "kind", "expected"),
    [
        ("学" * 99, "text", False),
        ("学" * 100, "text", True),
        ("word " * 59, "text", False),
        ("word " * 60, "text", True),
        ("学" * 50 + "[微笑]" * 50, "text", False),  # stickers are no text
        ("https://a.cn/" + "x" * 200, "text", False),  # a bare link has no comment
        ("这篇文章把怎么开始讲得很清楚 https://a.cn", "text", True),
        ("这篇文章把怎么开始讲得很清楚", "file", True),
        ("这篇文章把怎么开始讲得很清楚", "text", False),
        ("【分享】第三章", "text", True),
        ("我想分享一下", "text", False),
        ("特价扫码下单" * 20, "text", False),  # an advertisement
    ],
)
def test_length_links_and_tags_make_content(message, kind, expected):
    """Length, commented links and lesson tags make content; advertisements none."""
    assert is_content_item([message], kinds=pa.array([kind])).tolist() == [expected]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("大家怎么看？", True),
        ("大家怎么看?😊[微笑] ", True),
        ("周末有人来吗", True),
        ("怎么看？我觉得不行。", False),
        ("没什么", False),
        ("", False),
    ],
)
def test_question_ends_the_message(message, expected):
    """Faces and blanks may follow its mark; a sentence may not."""
    assert is_question([message]).tolist() == [expected]


def test_links_are_detected_and_nulls_have_none():
    """Schemes, www and short links count; versions and nulls don't."""
    said = ["https://a.cn/b", "见www.a.org", "t.cn/AbC", "3.11.2", "", None]
    assert has_link(said).tolist() == [True, True, True, False, False, False]
