"""Compiled implementation of SnowNLP's sentiment score, bit-identical."""
