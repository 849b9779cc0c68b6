"""Readers of QQ exports."""
