"""Simulations of exposure: `python -m tests.bench.simulation`. No servers: the drawing alone, in this process, on one core.

The target: 1,000 risks x 100,000 draws in two seconds, in at most 400 MB. Four registers: probabilities all over, even odds (the
most to draw), certain risks, and a third of the risks in twenty correlation groups. The best of three turns, the clock beside the
processor; exit code 1 when the slowest register misses.
"""

import resource
import sys
import time
from decimal import Decimal

from portfolio.formulas.simulation import Peril, simulate_exposure

RISKS, DRAWS, TURNS = 1_000, 100_000, 3
TARGET_SECONDS, TARGET_MEGABYTES = 2.0, 400


def register(risks: int, chance: str) -> list[Peril]:
    """So many risks. `chance`: spread, even, certain or grouped."""
    rows = []
    for n in range(risks):
        probability = {"even": Decimal("0.5"), "certain": Decimal(1)}.get(chance, Decimal(1 + n % 70) / 100)
        group = f"group {n % 20}" if chance == "grouped" and n % 3 == 0 else ""
        low = Decimal(10_000 + n)
        rows.append(Peril(probability, low, low * 3, low * 9, is_opportunity=n % 7 == 0, group=group))
    return rows


def timed(perils: list[Peril], draws: int) -> tuple[float, float]:
    """The best of some turns: seconds of this process, seconds on the clock."""
    found = []
    for turn in range(TURNS):
        busy, began = time.process_time(), time.perf_counter()
        simulate_exposure(perils, seed=turn, draws=draws, confidence=80, contingency=Decimal(1_000_000))
        found.append((time.process_time() - busy, time.perf_counter() - began))
    return min(found)


def main() -> int:
    """Print the figures."""
    worst = 0.0
    for chance in ("spread", "even", "certain", "grouped"):
        busy, clock = timed(register(RISKS, chance), DRAWS)
        worst = max(worst, busy)
        sys.stdout.write(f"simulation of {RISKS:,} risks x {DRAWS:,} draws, {chance}: {busy:.2f} s CPU, {clock:.2f} s\n")
    busy, clock = timed(register(10 * RISKS, "spread"), DRAWS)
    sys.stdout.write(f"simulation of {10 * RISKS:,} risks x {DRAWS:,} draws, spread: {busy:.2f} s CPU, {clock:.2f} s\n")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    met = worst <= TARGET_SECONDS and megabytes <= TARGET_MEGABYTES
    sys.stdout.write(
        f"slowest of {RISKS:,} x {DRAWS:,}: {worst:.2f} s, {megabytes:.0f} MB at the peak; target {TARGET_SECONDS:.0f} s, "
        f"{TARGET_MEGABYTES} MB: {'met' if met else 'MISSED'}\n"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
