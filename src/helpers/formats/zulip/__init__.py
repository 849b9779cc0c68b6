"""Readers of Zulip exports."""
