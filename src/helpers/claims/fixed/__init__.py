"""What was fixed before any estimate: the register, its rules, the literature."""
