"""Published studies: a folder of tables, manifest, README and row ledger."""
