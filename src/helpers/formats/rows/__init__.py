"""From parsed lines to records: columns, clocks, people, losses."""
