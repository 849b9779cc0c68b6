"""A published study: its folder of tables, manifest, ledger and README."""
