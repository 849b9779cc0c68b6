"""Readers of zulip exports."""
