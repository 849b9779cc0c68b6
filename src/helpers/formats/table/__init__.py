"""Reader of message tables in CSV, JSON Lines or Parquet."""
