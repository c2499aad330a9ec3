"""Which request could be merged with one, and both side by side. The same for the page and for the API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.search import resemblance
from core.templatetags import pmo
from intake.actions.merges import MERGEABLE
from intake.filters.requests import RequestFilters
from intake.models import Request

MOST_FOUND = 10
Pair = tuple[Request, Request]


@dataclass(frozen=True)
class PairLine:
    """The same fact of both requests, as people read it."""

    label: str
    cells: list[Any]

    @property
    def same(self) -> bool:
        """Whether it is the same of both."""
        return bool(self.cells[0] == self.cells[1])


def others_like(user: Any, found: Request, query: str) -> list[Request]:
    """Requests that the person may merge with this one, at most MOST_FOUND: those that match the words, else those with the most
    similar title, the likest first."""
    rows = Request.objects.allowed(user, "request.triage").active().filter(state__in=MERGEABLE).exclude(pk=found.pk)
    if query:
        rows = RequestFilters({"q": query}, queryset=rows).qs
    words = resemblance(query or found.title, "title")
    return list(rows.select_related("type", "unit").annotate(like=words).order_by("-like", "-pk")[:MOST_FOUND])


def stays_first(pair: Pair) -> Request:
    """Which of both stays unless somebody chooses: the older one."""
    return min(pair, key=lambda one: one.pk)


def is_confidential(pair: Pair) -> bool:
    """Whether whoever asked for one of them will see a confidential one that stays."""
    return any(one.is_confidential for one in pair)


def lines_of(pair: Pair) -> list[PairLine]:
    """Both requests, the same fact of each in one line."""

    def line(label: str, value: Callable[[Request], Any]) -> PairLine:
        return PairLine(label, [value(one) for one in pair])

    return [
        line(_("State"), lambda one: one.get_state_display()),
        line(_("Requester"), lambda one: one.requester_name),
        line(_("Asked on"), lambda one: pmo.day(one.submitted_at or one.created_at)),
        line(_("Type"), lambda one: str(one.type)),
        line(_("Unit"), lambda one: str(one.unit or "")),
        line(_("Owner"), lambda one: str(one.owner or "")),
        line(_("Purpose"), lambda one: one.purpose),
        line(_("Why it is needed"), lambda one: one.need),
        line(_("How it helps"), lambda one: one.helps_how),
        line(_("Estimated cost"), lambda one: pmo.money(one.estimated_cost, one.currency)),
        line(_("Needed by"), lambda one: pmo.day(one.needed_by_on)),
    ]
