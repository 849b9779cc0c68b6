"""A study as a folder of tables: manifest, ledger, readme, and opening it."""
