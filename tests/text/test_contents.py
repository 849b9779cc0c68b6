"""Content items, prompts, links and calls for contact."""

import pyarrow as pa
import pytest

from helpers.text import has_link, is_content_item, is_prompt


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
        ("@阿明\u2005你怎么看？", False),
        ("@所有人 谁来？", True),
        ("#接龙 周末活动", True),
        ("", False),
    ],
)
def test_question_to_all_or_poll_is_a_prompt(message, expected):
    """A prompt ends in a question to everybody, or opens a poll."""
    assert is_prompt([message], [True]).tolist() == [expected]


def test_only_staff_messages_can_be_prompts():
    """A member's question, a poll's kind and a known addressee."""
    said, kinds = ["谁来？", "选一个", "谁来？"], pa.array(["text", "poll", "text"])
    assert not is_prompt(said, [False] * 3, kinds=kinds).any()
    to_one = [False, False, True]
    assert is_prompt(said, [True] * 3, kinds=kinds, to_one=to_one).tolist() == [1, 1, 0]


def test_links_are_detected_and_nulls_have_none():
    """Schemes, www and short links count; versions and nulls don't."""
    said = ["https://a.cn/b", "见www.a.org", "t.cn/AbC", "3.11.2", "", None]
    assert has_link(said).tolist() == [True, True, True, False, False, False]
