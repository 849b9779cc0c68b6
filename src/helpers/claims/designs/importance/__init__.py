"""Attribute explained variation to predictors: dominance, Shapley, variance."""
