"""The Celery application with a broker that hands a job out again after three seconds: `celery -A tests.bench.impatient worker`."""

from pmo.celery import app

app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "visibility_timeout": 3,
    "unacked_restore_interval": 1,
}
