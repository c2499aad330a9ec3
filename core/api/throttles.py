"""How often one person or token may call the API. When Redis is away, nobody is refused for it."""

from typing import Any

from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle


class _FailOpen(UserRateThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return super().allow_request(request, view)
        except RedisError:
            return True


class BurstThrottle(_FailOpen):
    """Short bursts."""

    scope = "burst"


class SustainedThrottle(_FailOpen):
    """An hour's work."""

    scope = "sustained"
