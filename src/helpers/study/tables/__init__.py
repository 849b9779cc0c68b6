"""Processed tables: their definitions and their derivation from records."""
