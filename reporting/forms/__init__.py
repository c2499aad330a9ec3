"""Forms of telling."""
