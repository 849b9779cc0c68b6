"""Read chat exports into a Parquet store: streamed, deduplicated, resumable."""
