"""Slip: how many days later than planned something is, or was, reached."""

from datetime import date


def slip_of(planned: date | None, expected: date | None) -> int | None:
    """Calendar days from the planned to the expected (forecast or actual) day; negative is early; None if either is missing."""
    return (expected - planned).days if planned and expected else None
