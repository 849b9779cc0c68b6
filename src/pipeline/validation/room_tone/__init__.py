"""Tone of public rooms: monthly counts, and what tone has to do with their end."""
