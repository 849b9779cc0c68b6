"""Shares of a few own groups, alone and with what is known elsewhere."""
