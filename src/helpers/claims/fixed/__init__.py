"""What was fixed before analysis: claims, rules, plan and literature."""
