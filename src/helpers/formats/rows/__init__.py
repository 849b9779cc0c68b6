"""Convert parsed lines to records: columns, times, people, losses."""
