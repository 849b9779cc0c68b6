"""What a few groups of one's own say, alone and with what is known elsewhere."""
