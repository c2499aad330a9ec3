"""Verbs of people and access."""
