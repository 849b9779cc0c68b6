"""Readers of WeChat exports."""
