"""Redaction leaves no number, account or mention in a text."""

import pytest

from helpers.text.redaction import redact_texts


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
        ("@陌生人 你好", "[name] 你好"),
        ("阿", "阿"),
        ("@\u2068Ann Maria Quell\u2069 kommst du?", "[name] kommst du?"),
        ("hi <@&7000123456789012345> all", "hi [name] all"),
        ("card 4111111111111111 or 4111-1111 1111 1111", "card [number] or [number]"),
        ("打13812345678 13912345678", "打[phone] [phone]"),
        ("call 555-0199-222", "call [phone]"),
    ],
)
def test_numbers_and_accounts_are_redacted(message, expected):
    """One message, one kind of identifier; dates and prices stay."""
    assert redact_texts([message]).to_pylist() == [expected]
