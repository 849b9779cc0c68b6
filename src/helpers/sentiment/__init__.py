"""Tone of messages: SnowNLP's score exactly and fast, VADER's for English."""

from helpers.sentiment.scoring import ScoredTexts, score, score_raw
from helpers.sentiment.snow import prepare

__all__ = ["ScoredTexts", "prepare", "score", "score_raw"]
