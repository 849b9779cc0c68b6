"""Sentiment of messages: SnowNLP's exact score for Chinese, VADER's for English."""
