"""Reader of Discord exports."""
