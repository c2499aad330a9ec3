"""Forms of people and access."""
