"""Study of a user's own chat exports: input files, tables and run."""
