"""Forms of intake, a topic a file."""
