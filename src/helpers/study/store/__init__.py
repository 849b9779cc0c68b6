"""Ingesting records into the Parquet store: stream, deduplicate, resume."""
