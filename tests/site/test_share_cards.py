"""A card that is passed on says what its claim's page says, in two sizes."""

from dataclasses import replace

import pytest
from markupsafe import Markup

from helpers.site.answers.strips import Line, Mark, Strip
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


@pytest.fixture
def charted(board):
    """Return a card with five rows, one of them with the limits of its estimate."""
    limits = Markup('17% <span class="limits">(8%–32%)</span>')
    lines = [
        Line("source", f"Row {n}", (Mark("", 50, 40, 20),), limits) for n in "12345"
    ]
    ticks = ((0.0, "0%"), (100.0, "100%"))
    strip = Strip("Groups", tuple(lines), (50.0, 50.0), "more than 50%", ticks)
    content = build_content(board.answer("s1-cognitive-surplus"), "en")
    return replace(content, strip=strip, line="Two lines of text, " * 5)


def draw(content, **changes):
    """Return the pixels of a wide card."""
    return draw_card(replace(content, **changes), FORMATS[0]).tobytes()


def test_long_chart_is_drawn_on_a_wide_card_with_its_scale(charted):
    """Five rows and their scale fit below two lines; the chart was left out."""
    unscaled = replace(charted.strip, ticks=())

    assert draw(charted) != draw(charted, strip=None)
    assert draw(charted) != draw(charted, strip=unscaled)


def test_value_on_a_card_is_drawn_without_markup(charted):
    """An interval was printed with the tags of its web page."""
    lines = [replace(x, value=x.value.striptags()) for x in charted.strip.lines]
    bare = replace(charted.strip, lines=tuple(lines))

    assert draw(charted) == draw(charted, strip=bare)


def test_wrapped_line_does_not_begin_with_closing_punctuation():
    """Chinese breaks anywhere but before a full stop or a closing bracket."""
    text = "一年内沉寂的群占四成（百分之十一到八十二）。" * 4
    for room in range(100, 400, 7):
        lines = wrap_text(text, load_font(20), room)
        assert "".join(lines) == text
        assert not any(line.startswith(("。", "）", "，")) for line in lines)
