"""Search with PostgreSQL: whole words and beginnings (full text), and words typed wrongly (trigrams)."""

import re

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

WORDS = re.compile(r"[^\W_]+")


def words_query(text: str) -> SearchQuery | None:
    """All words of the text, each also as the beginning of a longer one; None when there is no word in it."""
    words = WORDS.findall(text)[:8]
    if not words:
        return None
    return SearchQuery(" & ".join(f"'{word}':*" for word in words), search_type="raw", config="english")


def matching(text: str, *, vector: str, title: str, exact: str = "") -> Q:
    """Rows whose text vector holds the words, whose title resembles the text, or whose reference begins with it.

    `title` is an alias of the upper-cased title, so that its trigram index serves.
    """
    condition = Q(**{f"{title}__trigram_word_similar": text.upper()}) | Q(**{f"{title}__contains": text.upper()})
    if query := words_query(text):
        condition |= Q(**{vector: query})
    if exact:
        condition |= Q(**{f"{exact}__istartswith": text})
    return condition
