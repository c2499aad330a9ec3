"""What search finds of intake, and what is like a request that is being written."""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramSimilarity
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.search import WORDS, Hit, Source, matching, mistyped, register
from intake.models import Request
from portfolio.models import Project
from portfolio.search import Searched, as_found, ranked

TITLE_WORDS, TEXT_WORDS = 8, 4
NUMBER = re.compile(r"^REQ-(\d{1,9})$", re.IGNORECASE)
LONGEST_SEARCH = 600
ALIKE = 0.2
"""From this likeness on (0 to 2: likeness of the titles, and weight of the shared words) something is shown as similar."""


def _ranked_requests(user: Any, text: str, limit: int, condition: Q) -> "QuerySet[Any, Any]":
    rows = Request.objects.visible_to(user).active().filter(condition).annotate(rank=ranked(text))
    return rows.order_by("-rank", "-pk").values_list("reference", "title", "rank")[:limit]


@Searched
def _requests(user: Any, text: str, limit: int) -> "QuerySet[Any, Any]":
    return _ranked_requests(user, text, limit, matching(text, vector="search", title="title", exact="reference"))


@Searched
def _requests_mistyped(user: Any, text: str, limit: int) -> "QuerySet[Any, Any]":
    return _ranked_requests(user, text, limit, mistyped(text, title="title"))


def request_hit(text: str, reference: str, title: str, rank: float) -> Hit:
    """A request by reference, title and the three answers."""
    return Hit(title, reverse("intake:request-detail", args=[reference]), reference, rank + (reference == text.upper()))


def projects_numbered(user: Any, text: str, limit: int) -> list[Hit]:
    """REQ-0231 finds the project PRJ-0231 that it became, too."""
    found = NUMBER.match(text.strip())
    if not found:
        return []
    rows = Project.objects.visible_to(user).active().filter(reference=f"PRJ-{found[1]}").values_list("reference", "title")
    return [Hit(title, reverse("portfolio:project-detail", args=[reference]), reference, 2.0) for reference, title in rows]


def any_of(title: str, text: str) -> SearchQuery | None:
    """Any of the longer words of the title, and of the longest of the text: long words are rare ones, and the fewer rows share
    a word, the sooner they are ranked. None when there is none."""
    words = list(dict.fromkeys(word.lower() for word in WORDS.findall(title) if len(word) > 3))[:TITLE_WORDS]
    others = sorted(
        {word.lower() for word in WORDS.findall(text) if len(word) > 4} - set(words), key=lambda word: (-len(word), word)
    )
    words += others[:TEXT_WORDS]
    if not words:
        return None
    return SearchQuery(" | ".join(f"'{word}'" for word in words), search_type="raw", config="english")


def alike(rows: "QuerySet[Any]", title: str, text: str) -> "QuerySet[Any]":
    """The rows whose title resembles this one or that share its words, annotated with `alike`, the likest first. The
    conditions are those that the trigram and text indexes answer."""
    query = any_of(title, text)
    condition = Q(big__trigram_similar=title.upper())
    score = TrigramSimilarity("title", title)
    if query is not None:
        condition |= Q(search=query)
        score = score + SearchRank(F("search"), query, weights=[0.1, 0.2, 0.3, 1.0])  # type: ignore[assignment]
    return rows.alias(big=Upper("title")).filter(condition).annotate(alike=score).order_by("-alike", "pk")


def similar_requests(user: Any, title: str, text: str = "", *, but: int | None = None, limit: int = 5) -> list[Request]:
    """Requests that the person may see and that ask for much the same. One query."""
    rows = Request.objects.visible_to(user).active().exclude(pk=but).exclude(state="draft")
    found = alike(rows, title, text).only("reference", "title", "state", "submitted_at")[:limit]
    return [row for row in found if row.alike >= ALIKE]


def similar_projects(user: Any, title: str, text: str = "", *, limit: int = 3) -> list[Project]:
    """Projects that the person may see and that may do it already. One query."""
    rows = Project.objects.visible_to(user).active()
    found = alike(rows, title, text).only("reference", "title", "phase")[:limit]
    return [row for row in found if row.alike >= ALIKE]


def similar_to(user: Any, title: str, purpose: str, but: str = "") -> tuple[list[Request], list[Project]]:
    """What is like a request being written: requests but this one (its reference), and projects. Nothing for a title too short to tell.
    Three queries."""
    title, purpose = (text.strip()[:LONGEST_SEARCH] for text in (title, purpose))
    if len(title) <= 3 or "\0" in title + purpose + but:
        return [], []
    own = Request.objects.visible_to(user).filter(reference=but).values_list("pk").first()
    return similar_requests(user, title, purpose, but=own[0] if own else None), similar_projects(user, title, purpose)


def register_sources() -> None:
    """Called once, at start-up."""
    requests, requests_like = as_found(_requests, request_hit), as_found(_requests_mistyped, request_hit)
    register(Source("requests", _("Requests"), "lightbulb", requests, requests_like))
    register(Source("became", _("Became a project"), "folder-kanban", projects_numbered))
