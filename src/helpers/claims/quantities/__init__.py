"""Quantities: functions from a study's tables to an estimate with its interval."""
