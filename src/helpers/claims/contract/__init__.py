"""The estimator interface: study view, data gates, finding, specifications."""
