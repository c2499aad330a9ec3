"""Commands of people and access."""
