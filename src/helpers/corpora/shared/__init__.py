"""What several corpora need: raw files, rosters, nicknames, clocks."""
