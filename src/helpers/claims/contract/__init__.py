"""Interface of estimators: study data, requirements, estimates, permutations."""
