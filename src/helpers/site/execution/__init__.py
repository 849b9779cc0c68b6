"""Execute notebooks and read their contents."""
