"""Readers of wechat exports."""
