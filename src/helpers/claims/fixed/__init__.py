"""Fixed in advance: the register, rules, evidence plan and literature."""
