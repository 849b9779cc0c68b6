"""Reader of plain message tables."""
