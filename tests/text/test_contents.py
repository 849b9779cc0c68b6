"""Content items, questions and links."""

import pytest

from helpers.text import content_item, link, question


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("学" * 99, False),
        ("学" * 100, True),
        ("word " * 59, False),
        ("word " * 60, True),
        ("学" * 50 + "[微笑]" * 50, False),  # stickers are no text
        ("https://a.cn/" + "x" * 200, False),  # a bare link has no comment
        ("这篇文章把怎么开始讲得很清楚 https://a.cn", True),
        ("这篇文章把怎么开始讲得很清楚", False),
        ("【分享】第三章", True),
        ("我想分享一下", False),
        ("特价扫码下单" * 20, False),  # an advertisement
    ],
)
def test_content_item(message, expected):
    """Length, commented links and lesson tags make content; advertisements none."""
    assert content_item([message]).tolist() == [expected]


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
def test_question(message, expected):
    """What follows the sign of a question is decoration, or it ends in none."""
    assert question([message]).tolist() == [expected]


def test_links_and_nulls():
    """Schemes, www and short links count; versions and nulls don't."""
    said = ["https://a.cn/b", "见www.a.org", "t.cn/AbC", "3.11.2", "", None]
    assert link(said).tolist() == [True, True, True, False, False, False]
