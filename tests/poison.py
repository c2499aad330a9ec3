"""Markup in every text that the database holds, and a look at pages for markup that came through.

`poison()` writes over the words of every row of every room, also what forms would refuse: whatever wrote it (a form, the API, an
import, an older version), no page may run it. `come_through(html)` says what of it a browser would run.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

ROOMS = ("accounts", "core", "portfolio", "intake", "reporting")
LONG = (
    "\"'><img src=x onerror=alert(1)><svg onload=alert(2)></textarea></title></script><script>alert(3)</script>"
    '<a href="javascript:alert(4)" hx-get="/evil" hx-trigger="load">k</a><p hx-on:click="alert(5)" style="color:red">'
    "\n\n[a](javascript:alert(6)) ![b](javascript:alert(7)) <javascript:alert(8)> [c](data:text/html,<script>alert(9)</script>)"
    " `<svg/onload=alert(10)>` @[d](x\" onmouseover=\"alert(11)) [e](/ok 'onclick=alert(12)') <details open ontoggle=alert(13)>"
)
MIDDLE = "\"'><svg onload=alert(1)><img src=x onerror=alert(2)>"
SHORT = "\"'><b onload=a>"
# Words of the program, not of people: states, keys, addresses of files, what is looked up.
WORDS_OF_OURS = {
    "reference", "currency", "kind", "state", "status", "key", "digest", "prefix", "password", "session_key", "file", "record", "sha256",
    "content_type", "subject_type", "role", "language", "time_zone", "zone", "country", "page", "email", "to_address", "message_id",
    "template", "paper", "audience", "purpose", "report", "verb", "from_state", "to_state", "scope", "text_html", "public_key", "tracking_key",
    "path", "target", "encoding", "query", "url", "seed", "system", "topic", "action", "address", "part", "shows", "html",
}  # fmt: skip
KEYS_OF_WORDS = {
    "label", "title", "help", "text", "name", "meaning", "reason", "comment", "note", "words", "summary", "description", "heading", "rationale",
    "decider", "event", "cause", "effect", "part", "sentence", "assumption", "tax_note", "choices",
}  # fmt: skip


MARKUP = (LONG, MIDDLE, SHORT)


def payload(most: int | None, texts: Sequence[str] = MARKUP) -> str:
    """The longest that fits."""
    for text in texts:
        if most is None or len(text) <= most:
            return text
    return texts[-1][: most or 0]


def in_document(value: Any, texts: Sequence[str] = MARKUP, key: str = "") -> Any:
    """A JSON value with a text of ours where people's words stand."""
    if isinstance(value, dict):
        return {name: in_document(one, texts, name) for name, one in value.items()}
    if isinstance(value, list):
        return [in_document(one, texts, key) for one in value]
    return payload(60, texts) if isinstance(value, str) and key in KEYS_OF_WORDS else value


def poison(texts: Sequence[str] = MARKUP) -> tuple[int, list[str]]:
    """Write over everything, `texts` from the longest to the shortest; how many columns, and which would not have it."""
    with without_triggers():
        return _poison(texts)


@contextmanager
def without_triggers() -> Iterator[None]:
    """Frozen rows too: no trigger keeps anything from being written inside."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")


def _poison(texts: Sequence[str]) -> tuple[int, list[str]]:
    count, refused = 0, []
    for model in apps.get_models():
        if model._meta.app_label not in ROOMS or model._meta.proxy or hasattr(model, "pgh_tracked_model"):
            continue
        for field in model._meta.local_concrete_fields:
            if not is_words(field):
                continue
            for row in model._default_manager.all()[:40]:
                try:
                    with transaction.atomic():
                        model._default_manager.filter(pk=row.pk).update(**{field.name: poisoned(field, row, texts)})
                    count += 1
                except DatabaseError as error:
                    refused.append(f"{model._meta.label}.{field.name}: {str(error).splitlines()[0]}")
                    break
    return count, refused


def is_words(field: Any) -> bool:
    """Whether people's words stand in a column."""
    inner = getattr(field, "base_field", field)
    if isinstance(inner, (models.EmailField, models.SlugField, models.FileField)) or inner.choices or field.primary_key:
        return False
    return field.name not in WORDS_OF_OURS and isinstance(inner, (models.CharField, models.TextField, models.JSONField))


def poisoned(field: Any, row: Any, texts: Sequence[str]) -> Any:
    """The value to write."""
    if isinstance(field, models.JSONField):
        return in_document(getattr(row, field.name), texts)
    if hasattr(field, "base_field"):
        return [payload(field.base_field.max_length, texts)]
    mark = f" {row.pk}" if field.unique or (field.max_length and field.max_length >= 60) else ""
    return payload(field.max_length - len(mark) if field.max_length else None, texts) + mark


# ---- reading

LINKS = {"href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post", "hx-put", "hx-delete", "data", "srcdoc"}
NEVER = re.compile(r"^[\s\x00-\x20]*(javascript|vbscript|data:text)", re.I)


class _Look(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        for name, value in attrs:
            if name.startswith(("on", "hx-on")) or (name in LINKS and NEVER.match(value or "")):
                self.found.append(f"<{tag} {name}={value!r}>")
        if "style" in about:
            self.found.append(f"<{tag} style={about['style']!r}>")
        if about.get("hx-get") == "/evil" or (tag == "img" and about.get("src") == "x"):
            self.found.append(f"<{tag}> of ours: {attrs}")
        if tag == "script" and "src" not in about and about.get("type") != "application/json":
            self.found.append("<script> without an address")


def come_through(html: str, *, styles: bool = False) -> list[str]:
    """What of the markup is markup in this page. `styles`: those of our own are fine (mails and paper)."""
    look = _Look()
    look.feed(html)
    return [one for one in look.found if not (styles and " style=" in one and "color:red'" not in one)]
