"""Compiled implementation of SnowNLP's score, bit-identical."""
