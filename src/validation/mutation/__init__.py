"""Mutation testing of the decision code: each small change must be detected."""
