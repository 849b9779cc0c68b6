"""Definitions shared by claims: death, labels, codings of groups, exact shares."""
