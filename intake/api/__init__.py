"""The API of this room: a topic a file, registered in `intake/api/router.py`."""
