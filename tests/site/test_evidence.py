"""The records that pages are made of."""

from helpers.claims import report
from helpers.claims.evaluation.sentences import answer_word, sentence
from helpers.study import open_study


def test_an_answer_has_its_sentence_in_both_languages(board, study):
    """Pages say what the sentence module says of the same verdicts."""
    for answer in board.answers:
        verdicts = [report(answer.claim, open_study(study))]
        for language in ("en", "zh"):
            told = sentence(answer.claim, verdicts, language)
            assert answer.sentence(language) == told
            assert answer.said(language) == answer_word(
                answer.claim, verdicts, language
            )
