"""Cox regression with delayed entry and cluster-robust standard errors."""
