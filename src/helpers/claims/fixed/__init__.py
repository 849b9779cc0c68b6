"""What was fixed before analysis: claims, rules, plan, negative controls."""
