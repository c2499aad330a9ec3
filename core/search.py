"""Search with PostgreSQL: whole words and beginnings (full text), and words typed wrongly (trigrams)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db.models import Q
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Attachment
from core.subjects import subjects

LIKE_ENOUGH = 0.4
WORDS = re.compile(r"[^\W_]+")


class Typed(str):
    """A text whose words are known already, as `words_of` gives them."""

    __slots__ = ("words",)
    words: str


def words_of(text: str) -> str:
    """All words of the text, each also as the beginning of a longer one, as PostgreSQL writes that; empty where there is none."""
    return text.words if isinstance(text, Typed) else " & ".join(f"'{word}':*" for word in WORDS.findall(text)[:8])


def words_query(text: str) -> SearchQuery | None:
    """The query for the words of the text; None when there is no word in it."""
    words = words_of(text)
    return SearchQuery(words, search_type="raw", config="english") if words else None


def matching(text: str, *, vector: str, title: str, exact: str = "") -> Q:
    """Rows whose text vector holds the words, whose title resembles the text, or whose reference begins with it.

    Resemblance is compared with our own threshold: PostgreSQL's (0.6) misses one letter left out of six.
    """
    condition = Q(GreaterThanOrEqual(resemblance(text, title), LIKE_ENOUGH)) | Q(**{f"{title}__icontains": text})
    if query := words_query(text):
        condition |= Q(**{vector: query})
    if exact:
        condition |= Q(**{f"{exact}__istartswith": text})
    return condition


@dataclass(frozen=True)
class Hit:
    """One thing found. `rank` orders the hits of all sources together, the best first."""

    title: str
    url: str
    sub: str = ""
    rank: float = 0.0


@dataclass(frozen=True)
class Source:
    """A kind of thing that search finds. `find(user, text, limit)` gives what this person may see, the best first; one query."""

    key: str
    label: Any
    icon: str
    find: Callable[[Any, str, int], list[Hit]]


_sources: list[Source] = []


def register(source: Source) -> None:
    """Make a source known. Called once per source at start-up; results come in this order."""
    _sources.append(source)


def sources() -> list[Source]:
    """All sources."""
    return list(_sources)


def resemblance(text: str, path: str) -> TrigramWordSimilarity:
    """How much a title resembles what was typed, 0 to 1."""
    return TrigramWordSimilarity(text, path)


def files_like(user: Any, text: str, limit: int) -> list[Hit]:
    """Attached files by name, of objects that the person may see. One query where no name fits, else two: who sees what is
    only asked for the kinds of objects that have such a file."""
    fitting = Attachment.objects.annotate(rank=resemblance(text, "name")).filter(
        Q(name__icontains=text) | Q(rank__gte=LIKE_ENOUGH), removed_at=None
    )
    kinds = set(fitting.order_by().values_list("subject_type", flat=True).distinct())
    if not kinds:
        return []
    seen = Q(pk__in=[])
    for subject in subjects():
        kind = ContentType.objects.get_for_model(subject.model)
        if kind.pk in kinds:
            seen |= Q(subject_type=kind, subject_id__in=subject.visible_to(user).values("pk"))
    found = fitting.filter(seen).order_by("-rank", "-pk").only("name", "uploaded_at")[:limit]
    return [Hit(file.name, reverse("core:attachment-download", args=[file.pk]), rank=file.rank * 0.8) for file in found]


def register_files() -> None:
    """Called once, at start-up."""
    register(Source("files", _("Files"), "paperclip", files_like))
