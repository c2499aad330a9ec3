"""Public holidays: those of a country for report schedules, those of the organisation for service times."""

from collections.abc import Container
from datetime import date
from functools import lru_cache

import holidays as public_holidays
from django.conf import settings
from django.utils import timezone

YEARS_BACK, YEARS_AHEAD = 3, 2


@lru_cache(maxsize=32)
def holidays_of(country: str) -> Container[date]:
    """The public holidays of a country, or of a part of it ("GB-ENG"); they fill themselves in year by year."""
    if not country:
        return frozenset()
    name, _dash, part = country.partition("-")
    return public_holidays.country_holidays(name, subdiv=part or None)


def office_holidays() -> tuple[date, ...]:
    """The organisation's holidays (`HOLIDAYS` in the settings) that are not on a weekend, sorted, from three years ago until the
    end of the year after next."""
    return _days(settings.HOLIDAYS, timezone.localdate().year)


@lru_cache(maxsize=8)
def _days(country: str, year: int) -> tuple[date, ...]:
    if not country:
        return ()
    name, _dash, part = country.partition("-")
    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    return tuple(
        sorted(day for day in public_holidays.country_holidays(name, subdiv=part or None, years=years) if day.weekday() < 5)
    )
