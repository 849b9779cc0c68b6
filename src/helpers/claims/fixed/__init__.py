"""What was fixed before analysis: register, rules, plan and literature."""
