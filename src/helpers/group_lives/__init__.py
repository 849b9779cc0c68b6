"""Lives of groups: each way in which one begins, pauses or ends, defined once."""
