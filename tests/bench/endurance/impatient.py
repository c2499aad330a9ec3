"""The Celery application with a broker that hands a job out again after five seconds: `celery -A tests.bench.endurance.impatient worker`."""

from pmo.celery import app

app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "visibility_timeout": 5,
    "unacked_restore_interval": 1,
}
