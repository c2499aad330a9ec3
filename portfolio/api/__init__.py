"""The API of this room: a topic a file, registered in `portfolio/api/router.py`."""
