"""The API of this room: a topic a file."""
