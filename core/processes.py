"""The processes of one installation and the commands that run them: `make run` and Compose share them (a test compares)."""

COMMANDS: dict[str, list[str]] = {
    "web": ["python", "-m", "gunicorn", "--config", "python:pmo.gunicorn", "pmo.wsgi"],
    "worker": [
        *("python", "-m", "celery", "--app", "pmo", "worker", "--loglevel", "INFO"),
        *("--concurrency", "2", "--without-gossip", "--without-mingle"),
    ],
    "beat": ["python", "-m", "celery", "--app", "pmo", "beat", "--loglevel", "INFO"],
}
# What `manage.py prepare` says of a database that nobody has signed up in.
EMPTY = "The database is empty."
# Beat keeps when it last ran what; losing it costs one early run of the sweeps.
BEAT_STATE = "beat-schedule"
