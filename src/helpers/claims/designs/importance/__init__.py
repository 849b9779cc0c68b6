"""Designs that attribute explained variation: dominance, Shapley, variance."""
