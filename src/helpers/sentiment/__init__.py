"""Sentiment of messages: SnowNLP's exact score for Chinese, VADER's for English."""

from helpers.sentiment.scoring import ScoredTexts, score_raw, score_texts

__all__ = ["ScoredTexts", "score_raw", "score_texts"]
