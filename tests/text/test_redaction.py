"""Redaction leaves no number, account or given name in a text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.text import redact

NAMES = ["阿明", "Ann Lee", "ann", "A.B(c)", "\U00020000\U00020001"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("打13812345678", "打[phone]"),
        ("打 138 1234-5678", "打 [phone]"),
        ("１３８１２３４５６７８", "[phone]"),
        ("+86 138 1234 5678", "[phone]"),
        ("021-12345678 / 400-123-4567", "[phone] / [phone]"),
        ("11010519491231002X", "[id]"),
        ("110105 19491231 0021", "[id]"),
        ("6222 0212 3456 7890 123", "[number]"),
        ("a.b+c@d-e.co.uk!", "[email]!"),
        ("wxid_abc123 / 微信号：abc_12345", "[wechat] / 微信号：[wechat]"),
        ("QQ群: 12345 人", "QQ群: [qq] 人"),
        ("2024年10月1日 10:30，共99.5元", "2024年10月1日 10:30，共99.5元"),
    ],
)
def test_numbers_and_accounts(message, expected):
    """One message, one kind of identifier; dates and prices stay."""
    assert redact([message]).to_pylist() == [expected]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("找阿明问", "找[name]问"),
        ("ANN came", "[name] came"),
        ("annual plan by Joann", "annual plan by Joann"),
        ("Ann Lee and Ann", "[name] and [name]"),
        ("@Ann Lee 在吗", "@[name] 在吗"),
        ("A.B(c)来了", "[name]来了"),
        ("[阿明]", "[[name]]"),
        ("\U00020000\U00020001", "[name]"),
        ("@陌生人 你好", "[name] 你好"),
        ("阿", "阿"),
    ],
)
def test_names(message, expected):
    """Longest name first, Latin names as words, mentions even of strangers."""
    masked = redact([message], NAMES)[0].as_py()
    assert masked.replace("@[name]", "[name]") == expected.replace("@[name]", "[name]")


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.none() | st.text(st.characters()), max_size=5),
    st.lists(st.text("阿明李雷", min_size=2, max_size=4), max_size=5),
)
def test_no_given_name_survives(messages, names):
    """Whatever the text, no Chinese name given is left, and nulls stay null."""
    masked = redact([*messages, "".join(names)], names).to_pylist()
    assert [text is None for text in masked[:-1]] == [m is None for m in messages]
    assert not [name for name in names for text in masked if text and name in text]


def test_deep_and_long_names():
    """Names that share long beginnings, and a name of a thousand characters."""
    deep = ["明" * length for length in range(2, 65)]
    masked = redact(["明" * 64 + "，" + "王" * 1000], [*deep, "王" * 1000])
    assert masked.to_pylist() == ["[name]，[name]"]


@pytest.mark.parametrize("unit", ["1", "1 ", "a@", "qq", "微信", "明", "@明", "+1-"])
def test_time_is_linear(unit):
    """Ten times the text takes about ten times the time, names that almost fit too."""
    names = ["明" * 60 + "亮", "1" * 60 + "亮"]
    redact([unit], names)
    short, long = (_seconds(unit * (n // len(unit)), names) for n in (10**5, 10**6))
    assert long < 30 * short + 0.5


def _seconds(message, names):
    start = time.process_time()
    assert len(redact([message], names)) == 1
    return time.process_time() - start


def test_many_names_at_once():
    """Ten thousand names are one tree, not ten thousand searches."""
    names = [f"成员{number}号" for number in range(10_000)]
    assert redact(["问成员9999号和成员10000号"], names).to_pylist() == [
        "问[name]和成员10000号"
    ]
