"""How far a running step is: (done, total), kept in Redis for a while. Without Redis there is no progress, no error."""

from contextlib import suppress

import redis
from django.conf import settings

_SECONDS_KEPT = 600


def _client() -> "redis.Redis":
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)


def _key(job_id: int) -> str:
    return f"{settings.CELERY_BROKER_TRANSPORT_OPTIONS['global_keyprefix']}import:{job_id}"


def tell(job_id: int, done: int, total: int) -> None:
    """Say how far the job is."""
    with suppress(redis.RedisError):
        _client().set(_key(job_id), f"{done} {total}", ex=_SECONDS_KEPT)


def told(job_id: int) -> tuple[int, int] | None:
    """What was said last, or None."""
    with suppress(redis.RedisError, ValueError):
        found = _client().get(_key(job_id))
        if isinstance(found, bytes):
            done, total = found.decode().split()
            return int(done), int(total)
    return None
