"""The website: a story in five charts, the answers, the chapters."""
