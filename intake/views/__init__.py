"""Pages of intake, a topic a file."""
