"""What search finds of the portfolio: projects, programmes, portfolios, objectives and the words of status updates."""

from collections.abc import Callable
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.prepared import Prepared
from core.search import LIKE_ENOUGH, Hit, Source, Typed, matching, mistyped, register, resemblance, words_of, words_query
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


def ranked(text: str) -> Any:
    """How well a row matches: by its words and by its title."""
    query = words_query(text)
    rank: Any = SearchRank(F("search"), query, normalization=Value(32)) if query else Value(0.0)
    return rank + resemblance(text, "title")


def _ranked_projects(user: Any, text: str, limit: int, condition: Q) -> "QuerySet[Any, Any]":
    rows = Project.objects.visible_to(user).active().filter(condition).annotate(rank=ranked(text))
    return rows.order_by("-rank", "reference").values_list("reference", "title", "rank")[:limit]


@Searched
def _projects(user: Any, text: str, limit: int) -> "QuerySet[Any, Any]":
    return _ranked_projects(user, text, limit, matching(text, vector="search", title="title", exact="reference"))


@Searched
def _projects_mistyped(user: Any, text: str, limit: int) -> "QuerySet[Any, Any]":
    return _ranked_projects(user, text, limit, mistyped(text, title="title"))


def as_found(found: Searched, hit: Callable[..., Hit]) -> Callable[[Any, str, int], list[Hit]]:
    """A query's rows as hits, made by `hit(text, *row)`."""
    return lambda user, text, limit: [hit(text, *row) for row in found(user, text, limit)]


def project_hit(text: str, reference: str, title: str, rank: float) -> Hit:
    """A project by reference, title, purpose, description."""
    best = rank + 1 if reference == text.upper() else rank
    return Hit(title, reverse("portfolio:project-detail", args=[reference]), reference, best)


def named_like(rows: Callable[[Any], Any], url: str, *, key: str = "reference") -> Callable[[Any, str, int], list[Hit]]:
    """Finds programmes, portfolios or objectives (`rows(user)`) by name and description: a few dozen, so that the names like
    the text are found with them."""

    def found(user: Any, text: str, limit: int) -> Any:
        fits = Q(name__icontains=text) | Q(description__icontains=text) | Q(**{f"{key}__istartswith": text})
        return (
            rows(user)
            .annotate(rank=resemblance(text, "name"), fits=ExpressionWrapper(fits, BooleanField()))
            .filter(fits | Q(rank__gte=LIKE_ENOUGH))
            .order_by("-fits", "-rank", "name")
            .values_list(key, "name", "rank", "fits")[:limit]
        )

    def hit(_text: str, ref: Any, name: str, rank: float, fits: bool) -> Hit:
        return Hit(name, reverse(url, args=[ref]), ref if key == "reference" else "", rank, guessed=not fits)

    return as_found(Searched(found), hit)


def sees_all(user: Any) -> bool:
    """Whether the person sees all but a few hidden projects."""
    return scopes_of(user).rights.everywhere_may("project.view")


RANKED = 500
"""Of a word that more entries hold, the newest so many are ranked: reading and comparing thousands took most of a search."""


def _ranked_entries(user: Any, text: str, limit: int, condition: Q) -> "QuerySet[Any, Any]":
    # Who sees everything reads from the newest back; of others PostgreSQL thinks so, too, and would read all.
    back = F("pk").desc() if sees_all(user) else (F("pk") + 0).desc()
    newest = Entry.objects.visible_to(user).filter(condition).order_by(back).values("pk")[:RANKED]
    return (
        Entry.objects.filter(pk__in=newest)
        .annotate(rank_found=ranked(text))
        .order_by("-rank_found", "-pk")
        .values_list("kind", "reference", "title", "rank_found", "status")[:limit]
    )


@Searched
def _entries(user: Any, text: str, limit: int) -> "QuerySet[Any, Any]":
    return _ranked_entries(user, text, limit, matching(text, vector="search", title="title", exact="reference"))


@Searched
def _entries_mistyped(user: Any, text: str, limit: int) -> "QuerySet[Any, Any]":
    return _ranked_entries(user, text, limit, mistyped(text, title="title"))


def entry_hit(text: str, kind: str, reference: str, title: str, rank: float, status: str) -> Hit:
    """A register entry by reference, title and words."""
    best = rank + 1 if reference == text.upper() else rank
    state = KINDS[kind].state(status).label
    return Hit(title, reverse(f"portfolio:{kind}-detail", args=[reference]), f"{reference} · {state}", best)


@Searched
def _updates(user: Any, text: str, limit: int) -> "QuerySet[Any, Any]":
    fitting = StatusUpdate.objects.published().alias(words=STATUS_TEXT).filter(words=words_query(text))
    rows = fitting.visible_to(user)
    if not sees_all(user):
        # The words first, from their index: PostgreSQL takes comparing words for cheap and would rather work those of all updates
        # of a person's projects out anew. A limit keeps both apart.
        rows = StatusUpdate.objects.visible_to(user).filter(pk__in=fitting.order_by().values("pk")[:1_000_000])
    return rows.order_by("-effective_at").values_list("pk", "project__reference", "project__title", "period__label")[:limit]


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
    projects, projects_like = as_found(_projects, project_hit), as_found(_projects_mistyped, project_hit)
    register(Source("projects", _("Projects"), "folder-kanban", projects, projects_like))
    programmes = named_like(lambda user: Programme.objects.visible_to(user).active(), "portfolio:programme-detail")
    portfolios = named_like(lambda user: Portfolio.objects.visible_to(user).active(), "portfolio:portfolio-detail")
    objectives = named_like(lambda _user: Objective.objects.filter(is_active=True), "portfolio:objective-detail", key="pk")
    register(Source("programmes", _("Programmes"), "layers", programmes))
    register(Source("portfolios", _("Portfolios"), "briefcase", portfolios))
    register(Source("objectives", _("Objectives"), "target", objectives))
    entries, entries_like = as_found(_entries, entry_hit), as_found(_entries_mistyped, entry_hit)
    register(Source("entries", _("Registers"), "notebook-tabs", entries, entries_like))
    register(Source("updates", _("Status updates"), "clipboard-check", updates_like))
