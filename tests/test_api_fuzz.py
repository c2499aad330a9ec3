"""The API holds: no generated call makes it fail or answer something that its schema does not say.

A few calls of each operation here; FUZZ_CALLS=10000 makes so many as each role (docs/benchmarks.md).
"""

import os
import random
import time
from collections import Counter
from typing import Any

import pytest

from tests.access_matrix import World
from tests.api_fuzz import Fuzzer
from tests.test_access_matrix import clients, patient, undone, world  # noqa: F401 - fixtures

ROUNDS = 2
CALLS = int(os.environ.get("FUZZ_CALLS", "0"))
SEED = int(os.environ.get("FUZZ_SEED", "20261122"))


@pytest.mark.slow
def test_no_call_breaks_the_api(world: World, clients: dict[str, Any]) -> None:  # noqa: F811
    fuzzer = Fuzzer(world, clients, random.Random(SEED))
    roles = sorted(clients)
    rounds = CALLS * len(roles) // len(fuzzer.operations) + 1 if CALLS else ROUNDS
    wrong: Counter[str] = Counter()
    first: dict[str, str] = {}
    slow, made = [], 0
    for number in range(rounds):
        for place, (path, method, operation) in enumerate(fuzzer.operations):
            # In turn, so that few rounds meet many roles; those of the office more often, who get further.
            role = "pmo_head" if not CALLS and number % 2 else roles[(place + number) % len(roles)]
            began = time.monotonic()
            with undone():
                troubles = fuzzer.call(path, method, operation, role)
            made += 1
            if time.monotonic() - began > 5:
                slow.append(f"{method} {path}")
            for trouble in troubles:
                key = f"{method} {path} {trouble.rpartition(chr(10) + '  ')[2][:120]}"
                wrong[key] += 1
                first.setdefault(key, trouble)
    print(f"{made} generated calls of {len(fuzzer.operations)} operations as {len(roles)} roles, {len(slow)} over 5 s")  # noqa: T201
    assert not wrong, f"{sum(wrong.values())} answers are wrong:\n\n" + "\n\n".join(
        first[key] for key, _ in wrong.most_common(60)
    )
