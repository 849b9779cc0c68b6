"""Answers to claims as texts, numbers and plots for web pages."""
