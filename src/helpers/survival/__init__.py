"""Lifetimes and survival estimates."""
