"""What happened in groups, as engine-neutral lazy expressions over the store.

Every function takes and returns Narwhals lazy frames and does integer arithmetic on
microseconds only, so any engine that Narwhals drives gives the same table.
`engine` runs them on DuckDB.
"""
