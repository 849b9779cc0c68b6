"""Ingestion of exports into the Parquet store: streamed, deduplicated, resumable."""
