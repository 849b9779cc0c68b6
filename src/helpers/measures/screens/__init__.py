"""Screens: which accounts and messages are excluded, and what lives they had."""
