"""Up to five requests side by side: which, and what is compared. The same for the page and for the API."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from core import money
from core.templatetags.pmo import day
from intake.models import Request
from intake.models.requests import Help

MOST_COMPARED = 5


def lines() -> list[tuple[str, Callable[[Request], Any]]]:
    """What is compared: a label and how to read it off a request."""
    helps = dict(Help.choices)
    return [
        (_("State"), lambda it: it.get_state_display()),
        (_("Type"), lambda it: it.type),
        (_("Purpose"), lambda it: it.purpose),
        (_("Why it is needed"), lambda it: it.need),
        (_("How it helps"), lambda it: ", ".join(str(helps.get(key, key)) for key in it.helps)),
        (_("Estimated cost"), lambda it: money.short(it.estimated_cost, it.currency)),
        (_("Estimated benefit"), lambda it: money.short(it.estimated_benefit, it.currency)),
        (_("Benefit over cost"), ratio),
        (_("Needed by"), lambda it: it.needed_by_on and day(it.needed_by_on)),
        (_("Unit"), lambda it: it.unit),
        (_("Sponsor"), lambda it: it.sponsor),
        (_("Owner"), lambda it: it.owner),
    ]


def ratio(it: Request) -> str:
    """Estimated benefit for each unit of estimated cost, where both are known."""
    if not it.estimated_cost or it.estimated_benefit is None:
        return ""
    return f"{it.estimated_benefit / it.estimated_cost:.1f}"


def chosen_among(user: Any, name: str, values: list[str]) -> list[Request]:
    """The requests with these values (`name`: "pk" or "reference") that the person may see, in the order in which they are named. One
    query."""
    seen = Request.objects.visible_to(user).select_related("type", "unit", "owner", "sponsor")
    found = {str(getattr(one, name)): one for one in seen.filter(**{f"{name}__in": values})}
    return [found[value] for value in dict.fromkeys(values) if value in found]
