"""Sentiment of messages: SnowNLP's exact score for Chinese, VADER's for English."""

from helpers.sentiment.kernel.snow import prepare_kernel
from helpers.sentiment.labels.web_form import show_form
from helpers.sentiment.scoring import ScoredTexts, score_raw, score_texts

__all__ = ["ScoredTexts", "prepare_kernel", "score_raw", "score_texts", "show_form"]
