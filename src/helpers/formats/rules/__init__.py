"""Rows by rule: structure found by content, and programs described as data."""
