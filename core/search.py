"""Search with PostgreSQL: whole words and beginnings (full text), and words typed wrongly (trigrams)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import SearchQuery, SearchVector, TrigramWordSimilarity
from django.db.models import Q, QuerySet
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Attachment, Comment
from core.subjects import subjects

LIKE_ENOUGH = 0.4  # PostgreSQL's own threshold, 0.6, misses one letter left out of six; ours is also set for each connection
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
    """Rows whose text vector holds the words, whose title holds the text, or whose reference begins with it: each is what an
    index answers."""
    condition = Q(**{f"{title}__icontains": text})
    if query := words_query(text):
        condition |= Q(**{vector: query})
    if exact:
        condition |= Q(**{f"{exact}__istartswith": text})
    return condition


def mistyped(text: str, *, title: str) -> Q:
    """Rows whose title resembles the text, by `LIKE_ENOUGH`. An index narrows them, but a long text of common letters leaves
    thousands to compare: asked only where nothing matches."""
    return Q(TrigramWordSimilar(Upper(title), text))


def searched(rows: "QuerySet[Any]", text: str, *, vector: str, title: str, exact: str = "", more: Q | None = None) -> Any:
    """The rows that match the text, or `more`; where there is none, those with a title like it. One query to find out."""
    found = rows.filter(matching(text, vector=vector, title=title, exact=exact) | (more or Q()))
    return found if found.order_by().exists() else rows.filter(mistyped(text, title=title))


@dataclass(frozen=True)
class Hit:
    """One thing found. `rank` orders the hits of all sources together, the best first. `guessed`: only its name resembles what
    was typed."""

    title: str
    url: str
    sub: str = ""
    rank: float = 0.0
    guessed: bool = False


@dataclass(frozen=True)
class Source:
    """A kind of thing that search finds. `find(user, text, limit)` gives what this person may see, the best first; one query.
    `guess` gives what resembles the text, where `find` leaves that out because there are too many titles to compare."""

    key: str
    label: Any
    icon: str
    find: Callable[[Any, str, int], list[Hit]]
    guess: Callable[[Any, str, int], list[Hit]] | None = None


_sources: list[Source] = []


def register(source: Source) -> None:
    """Make a source known. Called once per source at start-up; results come in this order."""
    _sources.append(source)


def sources() -> list[Source]:
    """All sources."""
    return list(_sources)


def find_all(chosen: Sequence[Source], user: Any, text: str, limit: int) -> list[tuple[Source, list[Hit]]]:
    """What each source finds, without those that find nothing. Typing mistakes are allowed for where nothing at all matches."""
    found = [(source, source.find(user, text, limit)) for source in chosen]
    sure = [(source, [hit for hit in hits if not hit.guessed]) for source, hits in found]
    if not any(hits for _source, hits in sure):
        sure = [(source, source.guess(user, text, limit) if source.guess else hits) for source, hits in found]
    return [(source, hits) for source, hits in sure if hits]


def resemblance(text: str, path: str) -> TrigramWordSimilarity:
    """How much a title resembles what was typed, 0 to 1."""
    return TrigramWordSimilarity(text, path)


def about_seen(user: Any, rows: "QuerySet[Any]") -> Q | None:
    """Which of these files or comments are about something that the person may see; None where there are no rows at all. One query."""
    kinds = set(rows.order_by().values_list("subject_type", flat=True).distinct())
    seen = Q(pk__in=[])
    for subject in subjects():
        kind = ContentType.objects.get_for_model(subject.model)
        if kind.pk in kinds:
            seen |= Q(subject_type=kind, subject_id__in=subject.visible_to(user).values("pk"))
    return seen if kinds else None


EXCERPT = 120
# What search reads of a comment; an index of core/migrations/0003 holds the same expression.
COMMENT_TEXT = SearchVector("text", config="english")


def comments_like(user: Any, text: str, limit: int) -> list[Hit]:
    """Comments by their words, the newest first, on objects that the person may see. One query where none fits, else two and one
    for each kind of object."""
    query = words_query(text)
    if query is None:
        return []
    fitting = Comment.objects.alias(words=COMMENT_TEXT).filter(words=query, removed_at=None)
    seen = about_seen(user, fitting)
    if seen is None:
        return []
    found = list(fitting.filter(seen).select_related("written_by").order_by("-written_at", "-pk")[:limit])
    places: dict[tuple[int, int], tuple[str, str]] = {}
    for subject in subjects():
        kind = ContentType.objects.get_for_model(subject.model).pk
        keys = {comment.subject_id for comment in found if comment.subject_type_id == kind}
        for one in subject.model._default_manager.filter(pk__in=keys) if keys else ():
            places[kind, one.pk] = subject.url(one), str(one)
    hits = []
    for comment in found:
        url, name = places[comment.subject_type_id, comment.subject_id]
        hits.append(Hit(excerpt(comment.text, text), f"{url}#comment-{comment.pk}", f"{comment.written_by} · {name}", rank=0.3))
    return hits


def excerpt(words: str, text: str) -> str:
    """A long text around the first of the words that were looked for."""
    plain = " ".join(words.split())
    first = next(iter(WORDS.findall(text)), "")
    at = max(0, plain.casefold().find(first.casefold()) - EXCERPT // 3)
    cut = plain[at : at + EXCERPT]
    return f"{'…' if at else ''}{cut}{'…' if at + EXCERPT < len(plain) else ''}"


def files_like(user: Any, text: str, limit: int) -> list[Hit]:
    """Attached files by name, of objects that the person may see. One query where no name fits, else two: who sees what is
    only asked for the kinds of objects that have such a file."""
    fitting = Attachment.objects.annotate(rank=resemblance(text, "name")).filter(
        Q(name__icontains=text) | Q(rank__gte=LIKE_ENOUGH), removed_at=None
    )
    seen = about_seen(user, fitting)
    if seen is None:
        return []
    found = fitting.filter(seen).order_by("-rank", "-pk").only("name", "uploaded_at")[:limit]
    return [
        Hit(
            file.name,
            reverse("core:attachment-download", args=[file.pk]),
            rank=file.rank * 0.8,
            guessed=text.casefold() not in file.name.casefold(),
        )
        for file in found
    ]


def register_talk() -> None:
    """Called once, at start-up."""
    register(Source("comments", _("Comments"), "message-square", comments_like))
    register(Source("files", _("Files"), "paperclip", files_like))
