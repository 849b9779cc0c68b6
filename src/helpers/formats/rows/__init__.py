"""From lines to rows of messages and events: columns, clocks, people, losses."""
