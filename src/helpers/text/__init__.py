"""Analysis of message text, without storing text, a column at a time."""
