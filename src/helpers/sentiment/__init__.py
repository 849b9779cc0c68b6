"""Tone of messages: SnowNLP's score exactly and fast, VADER's for English."""

from helpers.sentiment.kernel.snow import prepare
from helpers.sentiment.labels.web_form import form
from helpers.sentiment.scoring import ScoredTexts, score, score_raw

__all__ = ["ScoredTexts", "form", "prepare", "score", "score_raw"]
