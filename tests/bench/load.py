"""Fires requests over HTTP, one connection a request as behind a proxy, and tells how long they took. Loopback only."""

import http.client
import itertools
import json
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_numbers = itertools.count(int(time.time()) % 10_000_000 * 100)


@dataclass(frozen=True)
class Call:
    """One request: path, and for a POST its JSON body; "{n}" in them becomes a number of its own."""

    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    expect: int = 200


@dataclass(frozen=True)
class Timing:
    """Milliseconds and requests a second of one round, and the bytes of an answer."""

    p50: float
    p95: float
    rate: float
    size: int


def fire(call: Call) -> tuple[float, int]:
    """Seconds and bytes of one request. Raises AssertionError when the answer is not the expected one."""
    headers = {"Accept-Encoding": "identity", "Connection": "close"} | call.headers
    body = None
    if call.body is not None:
        body = json.dumps(call.body).replace("{n}", str(next(_numbers)))
        headers["Content-Type"] = "application/json"
    begin = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", call.port, timeout=60)
    path = call.path.replace("{n}", str(next(_numbers)))
    connection.request("POST" if body else "GET", path, body=body, headers=headers)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    assert answer.status == call.expect, f"{call.path}: {answer.status} {data[:300]!r}"
    return time.perf_counter() - begin, len(data)


def round_of(call: Call, *, requests: int, clients: int = 1, before: Callable[[], None] | None = None) -> Timing:
    """One round after a warm-up of three requests a client. `before` is done before each request, outside its time."""
    times: list[list[float]] = [[] for _ in range(clients)]
    sizes: list[int] = []

    def work(mine: list[float]) -> None:
        for _ in range(max(1, requests // clients)):
            if before:
                before()
            seconds, size = fire(call)
            mine.append(seconds)
            sizes.append(size)

    for _ in range(3 * clients):
        fire(call)
    begin = time.perf_counter()
    threads = [threading.Thread(target=work, args=(mine,)) for mine in times]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - begin
    spent = sorted(seconds * 1000 for mine in times for seconds in mine)
    return Timing(percentile(spent, 50), percentile(spent, 95), len(spent) / wall, max(sizes))


def percentile(values: list[float], percent: float) -> float:
    """Linear between neighbours; `values` ascending."""
    place = (len(values) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def median(rounds: list[Timing]) -> Timing:
    """The median of each figure."""
    return Timing(
        statistics.median(item.p50 for item in rounds),
        statistics.median(item.p95 for item in rounds),
        statistics.median(item.rate for item in rounds),
        rounds[-1].size,
    )
