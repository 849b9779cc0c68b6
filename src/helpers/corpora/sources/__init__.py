"""The public corpora, one module each."""
