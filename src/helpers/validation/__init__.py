"""Worlds with planted truth, as tables and as exports of every platform."""
