"""Claims and what decides them: the register, the rules, the gates, the verdicts."""
