"""Worlds with planted truth: of messages, and of claims."""
