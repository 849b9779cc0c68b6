"""Studies of a user's own exports: what users add, see and run."""
