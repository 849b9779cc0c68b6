"""What the pages of own groups begin with: what changed, in sentences and pictures."""
