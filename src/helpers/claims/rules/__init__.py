"""Decision rules: from confidence intervals to a verdict on a claim."""
