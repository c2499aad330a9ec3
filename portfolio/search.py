"""What search finds of the portfolio: projects, programmes, portfolios, objectives and the words of status updates."""

from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.search import LIKE_ENOUGH, Hit, Source, matching, register, resemblance, words_query
from portfolio.models import Entry, Objective, Portfolio, Programme, Project, StatusUpdate
from portfolio.models.status import STATUS_TEXT
from portfolio.registers import KINDS


def projects_like(user: Any, text: str, limit: int) -> list[Hit]:
    """Projects by reference, title, purpose, description; typing mistakes in the title allowed."""
    query = words_query(text)
    rank = SearchRank(F("search"), query, normalization=Value(32)) if query else Value(0.0)
    rows = (
        Project.objects.visible_to(user)
        .active()
        .alias(likeness=resemblance(text, "title"))
        .filter(matching(text, vector="search", title="title", exact="reference"))
        .annotate(rank=rank + F("likeness"))
        .order_by("-rank", "reference")
        .values_list("reference", "title", "rank", "phase")[:limit]
    )
    return [
        Hit(
            title,
            reverse("portfolio:project-detail", args=[reference]),
            reference,
            rank + 1 if reference == text.upper() else rank,
        )
        for reference, title, rank, _phase in rows
    ]


def named_like(rows: Any, text: str, limit: int, url: str, *, key: str = "reference") -> list[Hit]:
    """Programmes, portfolios and objectives: by name and description."""
    found = (
        rows.annotate(rank=resemblance(text, "name"))
        .filter(
            Q(name__icontains=text)
            | Q(rank__gte=LIKE_ENOUGH)
            | Q(description__icontains=text)
            | Q(**{f"{key}__istartswith": text})
        )
        .order_by("-rank", "name")
        .values_list(key, "name", "rank")[:limit]
    )
    return [Hit(name, reverse(url, args=[ref]), ref if key == "reference" else "", rank) for ref, name, rank in found]


def entries_like(user: Any, text: str, limit: int) -> list[Hit]:
    """Register entries of all kinds by reference, title and words; typing mistakes in the title allowed."""
    query = words_query(text)
    rank = SearchRank(F("search"), query, normalization=Value(32)) if query else Value(0.0)
    rows = (
        Entry.objects.visible_to(user)
        .alias(likeness=resemblance(text, "title"))
        .filter(matching(text, vector="search", title="title", exact="reference"))
        .annotate(rank_found=rank + F("likeness"))
        .order_by("-rank_found", "-pk")
        .values_list("kind", "reference", "title", "rank_found", "status")[:limit]
    )
    return [
        Hit(
            title,
            reverse(f"portfolio:{kind}-detail", args=[reference]),
            f"{reference} · {KINDS[kind].state(status).label}",
            rank + 1 if reference == text.upper() else rank,
        )
        for kind, reference, title, rank, status in rows
    ]


def updates_like(user: Any, text: str, limit: int) -> list[Hit]:
    """Published status updates by their words, the newest first."""
    query = words_query(text)
    if query is None:
        return []
    rows = (
        StatusUpdate.objects.visible_to(user)
        .published()
        .alias(words=STATUS_TEXT)
        .filter(words=query)
        .order_by("-effective_at")
        .values_list("pk", "project__reference", "project__title", "period__label")[:limit]
    )
    return [
        Hit(f"{title} · {period}", reverse("portfolio:update-detail", args=[reference, pk]), reference, 0.3)
        for pk, reference, title, period in rows
    ]


def register_sources() -> None:
    """Called once, at start-up."""
    register(Source("projects", _("Projects"), "folder-kanban", projects_like))
    register(
        Source(
            "programmes",
            _("Programmes"),
            "layers",
            lambda user, text, limit: named_like(
                Programme.objects.visible_to(user).active(), text, limit, "portfolio:programme-detail"
            ),
        )
    )
    register(
        Source(
            "portfolios",
            _("Portfolios"),
            "briefcase",
            lambda user, text, limit: named_like(
                Portfolio.objects.visible_to(user).active(), text, limit, "portfolio:portfolio-detail"
            ),
        )
    )
    register(
        Source(
            "objectives",
            _("Objectives"),
            "target",
            lambda user, text, limit: named_like(
                Objective.objects.filter(is_active=True), text, limit, "portfolio:objective-detail", key="pk"
            ),
        )
    )
    register(Source("entries", _("Registers"), "notebook-tabs", entries_like))
    register(Source("updates", _("Status updates"), "clipboard-check", updates_like))
