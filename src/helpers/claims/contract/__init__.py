"""Interface of estimators: study data, requirements, estimates, specifications."""
