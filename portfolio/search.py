"""What search finds of the portfolio: projects, programmes, portfolios, objectives and the words of status updates."""

from collections.abc import Callable
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import F, Q, QuerySet, Value
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.prepared import Prepared
from core.search import LIKE_ENOUGH, Hit, Source, Typed, matching, register, resemblance, words_of, words_query
from portfolio.models import Entry, Objective, Portfolio, Programme, Project, StatusUpdate
from portfolio.models.status import STATUS_TEXT
from portfolio.models.visibility import Scopes, scopes_of, somebody
from portfolio.registers import KINDS


class Searched:
    """A query of search, put together once for all readers of equal rights. `make(user, text, limit)` gives a query of values."""

    def __init__(self, make: Callable[[Any, str, int], "QuerySet[Any, Any]"]) -> None:
        def rows(scopes: Scopes, has_words: bool, limit: int, *, user: int, text: str, words: str) -> "QuerySet[Any, Any]":
            typed = Typed(text)
            typed.words = words if has_words else ""
            return make(somebody(user, scopes), typed, limit)

        self.make, self.rows = make, Prepared(rows, user=int, text=str, words=str)

    def __call__(self, user: Any, text: str, limit: int) -> list[tuple[Any, ...]]:
        """What this person finds. One query."""
        words = words_of(text)
        return self.rows(scopes_of(user), bool(words), limit, user=user.pk, text=text, words=words) if user.is_active else []


@Searched
def _projects(user: Any, text: str, limit: int) -> "QuerySet[Any, Any]":
    query = words_query(text)
    rank = SearchRank(F("search"), query, normalization=Value(32)) if query else Value(0.0)
    return (
        Project.objects.visible_to(user)
        .active()
        .alias(likeness=resemblance(text, "title"))
        .filter(matching(text, vector="search", title="title", exact="reference"))
        .annotate(rank=rank + F("likeness"))
        .order_by("-rank", "reference")
        .values_list("reference", "title", "rank")[:limit]
    )


def projects_like(user: Any, text: str, limit: int) -> list[Hit]:
    """Projects by reference, title, purpose, description; typing mistakes in the title allowed."""
    return [
        Hit(
            title,
            reverse("portfolio:project-detail", args=[reference]),
            reference,
            rank + 1 if reference == text.upper() else rank,
        )
        for reference, title, rank in _projects(user, text, limit)
    ]


def named_like(rows: Callable[[Any], Any], url: str, *, key: str = "reference") -> Callable[[Any, str, int], list[Hit]]:
    """Finds programmes, portfolios or objectives (`rows(user)`) by name and description."""

    def found(user: Any, text: str, limit: int) -> Any:
        return (
            rows(user)
            .annotate(rank=resemblance(text, "name"))
            .filter(
                Q(name__icontains=text)
                | Q(rank__gte=LIKE_ENOUGH)
                | Q(description__icontains=text)
                | Q(**{f"{key}__istartswith": text})
            )
            .order_by("-rank", "name")
            .values_list(key, "name", "rank")[:limit]
        )

    searched = Searched(found)
    return lambda user, text, limit: [
        Hit(name, reverse(url, args=[ref]), ref if key == "reference" else "", rank)
        for ref, name, rank in searched(user, text, limit)
    ]


def _ranked_entries(user: Any, text: str, limit: int, condition: Q) -> "QuerySet[Any, Any]":
    query = words_query(text)
    rank = SearchRank(F("search"), query, normalization=Value(32)) if query else Value(0.0)
    return (
        Entry.objects.visible_to(user)
        .filter(condition)
        .annotate(rank_found=rank + resemblance(text, "title"))
        .order_by("-rank_found", "-pk")
        .values_list("kind", "reference", "title", "rank_found", "status")[:limit]
    )


@Searched
def _entries(user: Any, text: str, limit: int) -> "QuerySet[Any, Any]":
    """By words, a part of the title or the beginning of the reference: an index for each, because registers are long."""
    condition = Q(title__icontains=text) | Q(reference__istartswith=text)
    if query := words_query(text):
        condition |= Q(search=query)
    return _ranked_entries(user, text, limit, condition)


@Searched
def _entries_mistyped(user: Any, text: str, limit: int) -> "QuerySet[Any, Any]":
    """By resemblance, which reads every title: asked only when nothing else is found."""
    return _ranked_entries(user, text, limit, Q(GreaterThanOrEqual(resemblance(text, "title"), LIKE_ENOUGH)))


def entries_like(user: Any, text: str, limit: int) -> list[Hit]:
    """Register entries of all kinds by reference, title and words; typing mistakes in the title allowed."""
    return [
        Hit(
            title,
            reverse(f"portfolio:{kind}-detail", args=[reference]),
            f"{reference} · {KINDS[kind].state(status).label}",
            rank + 1 if reference == text.upper() else rank,
        )
        for kind, reference, title, rank, status in _entries(user, text, limit) or _entries_mistyped(user, text, limit)
    ]


@Searched
def _updates(user: Any, text: str, limit: int) -> "QuerySet[Any, Any]":
    return (
        StatusUpdate.objects.visible_to(user)
        .published()
        .alias(words=STATUS_TEXT)
        .filter(words=words_query(text))
        .order_by("-effective_at")
        .values_list("pk", "project__reference", "project__title", "period__label")[:limit]
    )


def updates_like(user: Any, text: str, limit: int) -> list[Hit]:
    """Published status updates by their words, the newest first."""
    if not words_of(text):
        return []
    return [
        Hit(f"{title} · {period}", reverse("portfolio:update-detail", args=[reference, pk]), reference, 0.3)
        for pk, reference, title, period in _updates(user, text, limit)
    ]


def register_sources() -> None:
    """Called once, at start-up."""
    register(Source("projects", _("Projects"), "folder-kanban", projects_like))
    programmes = named_like(lambda user: Programme.objects.visible_to(user).active(), "portfolio:programme-detail")
    portfolios = named_like(lambda user: Portfolio.objects.visible_to(user).active(), "portfolio:portfolio-detail")
    objectives = named_like(lambda _user: Objective.objects.filter(is_active=True), "portfolio:objective-detail", key="pk")
    register(Source("programmes", _("Programmes"), "layers", programmes))
    register(Source("portfolios", _("Portfolios"), "briefcase", portfolios))
    register(Source("objectives", _("Objectives"), "target", objectives))
    register(Source("entries", _("Registers"), "notebook-tabs", entries_like))
    register(Source("updates", _("Status updates"), "clipboard-check", updates_like))
