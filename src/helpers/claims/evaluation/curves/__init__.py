"""Specification curves: estimates under all alternative analyses, stored."""
