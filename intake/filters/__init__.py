"""Filters of intake, a topic a file."""
