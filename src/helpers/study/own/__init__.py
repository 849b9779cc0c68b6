"""Studies of a user's own exports: their input, tables and run."""
