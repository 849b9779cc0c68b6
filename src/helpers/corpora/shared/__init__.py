"""Shared by several corpora: raw files, rosters, nicknames, dates."""
