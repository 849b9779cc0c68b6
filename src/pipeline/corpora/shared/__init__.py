"""Functions shared by readers of several corpora: raw files, rosters, dates."""
