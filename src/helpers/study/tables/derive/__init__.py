"""Derivation of processed tables from the record store."""
