"""Mutation testing: small changes of the code that decides, each to be noticed."""
