"""Tests of simulated worlds, and the long way from their events to a verdict."""
