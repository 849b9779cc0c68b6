"""Mutation testing of the decision code: each change must fail a test."""
