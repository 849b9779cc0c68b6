"""Sentiment of messages: SnowNLP's exact score for Chinese, VADER's for English."""

from helpers.sentiment.scoring import ScoredTexts, score_raw, score_texts
from helpers.sentiment.snow import prepare_kernel

__all__ = ["ScoredTexts", "prepare_kernel", "score_raw", "score_texts"]
