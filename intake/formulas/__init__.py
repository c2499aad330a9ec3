"""Sums of intake, a topic a file: no database, no clock."""
