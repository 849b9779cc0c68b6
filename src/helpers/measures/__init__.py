"""Measures of message activity in groups, as lazy expressions for any engine.

Every function takes and returns Narwhals lazy frames and does integer arithmetic on
microseconds only, so any engine that Narwhals drives gives the same table.
`engine` runs them on DuckDB.
"""
