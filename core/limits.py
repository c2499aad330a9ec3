"""How often something may be done: counted in the cache (Redis). When it is away, nobody is refused for it."""

from contextlib import suppress

from django.core.cache import cache
from redis.exceptions import RedisError


def within(key: str, *, most: int, seconds: int, away: bool = True) -> bool:
    """Count one more under `key`; False once there were more than `most` in a window of `seconds` since the first. `away`: what is
    answered while nobody counts."""
    name = f"limit:{key}"
    try:
        if cache.add(name, 1, seconds):
            return True
        return int(cache.incr(name)) <= most
    except ValueError:  # the window closed between the two
        return True
    except RedisError:
        return away


def remember(key: str, *, seconds: int) -> None:
    """Know `key` for so long; not at all while the cache is away."""
    with suppress(RedisError):
        cache.set(f"known:{key}", 1, seconds)


def remembers(key: str) -> bool:
    """Whether `key` is known; not while the cache is away."""
    try:
        return cache.get(f"known:{key}") is not None
    except RedisError:
        return False


def forget(key: str) -> None:
    """Begin to count anew under `key`."""
    with suppress(RedisError):
        cache.delete(f"limit:{key}")
