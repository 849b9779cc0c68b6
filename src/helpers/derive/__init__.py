"""Processed tables of a study: column definitions and how they are computed."""
