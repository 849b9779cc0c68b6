"""SnowNLP's score, bit for bit, compiled."""
