"""Screens: rules that exclude bots and advertising accounts, and their effect."""
