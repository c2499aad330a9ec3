"""What requests do, a topic a file."""
