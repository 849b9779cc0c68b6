"""The regression for chat lines reads lines as chats have them."""

import numpy as np

from helpers.sentiment.chat_lines import score_chat_lines


def test_spaces_between_words_do_not_change_the_score():
    """Segmented training lines had taught it blanks that chats do not have."""
    assert score_chat_lines(["真 开心"]) == score_chat_lines(["真开心"])


def test_unknown_characters_have_no_score():
    """They had scored as the mean of the training set."""
    assert np.isnan(score_chat_lines(["〄〄"])).all()
