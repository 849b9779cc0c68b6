"""Designs that share out what is explained: dominance, Shapley, variance."""
