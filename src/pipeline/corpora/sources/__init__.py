"""The public corpora, one module per corpus."""
