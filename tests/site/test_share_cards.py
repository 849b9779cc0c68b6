"""A card that is passed on says what its claim's page says, in two sizes."""

import pytest

from helpers.site.share_cards import (
    FORMATS,
    build_content,
    draw_card,
    load_font,
    wrap_text,
)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_card_has_the_size_that_platforms_ask_for(board, form):
    """1200 × 630 for links, 1080 × 1440 for phones; something is drawn."""
    answer = board.answer("s1-cognitive-surplus")
    card = draw_card(build_content(answer, "en"), form)
    assert card.size in {(1200, 630), (1080, 1440)}
    assert len(card.getcolors(1 << 20)) > 3


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_card_carries_the_bottom_line(board, language):
    """Answer, certainty and sentence are the claim's own."""
    answer = board.answer("s1-cognitive-surplus")
    content = build_content(answer, language)
    assert content.line == answer.conclusion.bottom_line(language)
    assert content.answer == answer.conclusion.word(language)
    assert answer.conclusion.certainty_name(language) in content.certainty


def test_wrapped_line_does_not_begin_with_closing_punctuation():
    """Chinese breaks anywhere but before a full stop or a closing bracket."""
    text = "一年内沉寂的群占四成（百分之十一到八十二）。" * 4
    for room in range(100, 400, 7):
        lines = wrap_text(text, load_font(20), room)
        assert "".join(lines) == text
        assert not any(line.startswith(("。", "）", "，")) for line in lines)
