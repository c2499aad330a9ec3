"""Verbs of the plumbing, and what every action is made of."""
