"""The estimators, one folder a theme of the register."""
