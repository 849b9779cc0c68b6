"""A user's run, and the pages and notebooks on their own groups."""
