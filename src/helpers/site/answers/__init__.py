"""Answers of studies to claims, as texts, numbers and plots of pages."""
