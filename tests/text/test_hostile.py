"""No message is too long or too broken for any function of the room."""

import time

import pytest

from helpers.text import advertisements, contents, languages, normalising, redaction

HOSTILE = [
    "", "\x00", "\ud800", "a\udfff\ud800b", "\u202e\u2066abc\u2069", "\u0301" * 50,
    "\U0010ffff", "ﷺ", "\ufeff", "\n\n", "\u2028", "@", "[", "\\", "%s{}", "'; --",
]  # fmt: skip
FUNCTIONS = {
    "advertisements": lambda texts: advertisements.classify_advertisements(texts).kind,
    "content_item": contents.is_content_item,
    "language": languages.detect_language,
    "link": contents.has_link,
    "normalise": normalising.normalise_texts,
    "question": contents.is_question,
    "redact": redaction.redact_texts,
}
UNITS = ["a", "群 ", "1-", "@张"]
# what a pattern of one function begins with, so that it might look on and on
MORE_UNITS = {
    "advertisements": ["加", "微信", "1", "+", "看我名", "@a", "t.me/"],
    "normalise": ["@", "[", "a.", ":a", "@a", "http://", "\u202e", "哈"],
    "redact": ["1", "1 ", "a@", "qq", "微信", "@明", "+1-"],
}
REPEATED = [(f, unit) for f in FUNCTIONS for unit in UNITS + MORE_UNITS.get(f, [])]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_hostile_messages_get_a_result(name):
    """Broken, directional and empty messages give one result each, alone too."""
    function = FUNCTIONS[name]
    messages = [*HOSTILE, None]
    assert len(function(messages)) == len(messages)
    for message in messages:
        assert len(function([message])) == 1
    assert len(function([])) == 0


@pytest.mark.parametrize(("name", "unit"), REPEATED)
def test_a_million_characters_take_their_share(name, unit):
    """Ten times the message takes about ten times the time, in every function."""
    function = FUNCTIONS[name]
    function([unit])

    def seconds(characters):
        message = unit * (characters // len(unit))
        start = time.process_time()
        function([message])
        return time.process_time() - start

    short = seconds(10**5)
    assert seconds(10**6) < 30 * short + 0.5
