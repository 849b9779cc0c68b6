"""Curves and what is read off them: Kaplan–Meier, Aalen–Johansen, means, quantiles."""
