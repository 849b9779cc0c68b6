"""Reader of Matrix exports."""
