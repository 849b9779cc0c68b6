"""From the store to processed tables."""
