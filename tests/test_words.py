"""Every visible word can be translated: a pseudo language marks what went through gettext, and unmarked words are reported.

Data (whatever stands in the database), numbers, dates, references and code are not words of the product.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import translation

from accounts.models import zones
from core import columns, drawn_once, money
from core.templatetags import pmo
from portfolio.actions.risks import default_scale
from portfolio.views.risks import drawn_way
from reporting.collect import overview_words
from tests.access_matrix import World
from tests.test_access_matrix import ADDRESSES, address_of, ask, rows_of, signed_in, world  # noqa: F401 - world is a fixture

BEGIN, END = "⟦", "⟧"
READERS = ("administrator", "pmo_head", "project_manager")
# Names of formats, standards and programs are the same in every language.
SAME_EVERYWHERE = {
    "CSV", "XLSX", "PDF", "API", "JSON", "HTML", "UTC", "GMT", "BST", "GET", "POST", "PUT", "PATCH", "DELETE", "Firefox", "Chrome",
    "Linux", "Windows", "macOS", "Excel", "SMTP", "pmo", "kB", "MB", "bn", "px", "SHA", "PRJ", "PFO", "PRG", "GBP", "EUR", "USD", "ID",
    "ETag", "OpenAPI", "Bearer", "Authorization", "Inter", "Wingdings",
}  # fmt: skip
SILENT = {"script", "style", "code", "kbd", "pre", "template", "textarea"}
BLOCKS = {
    "p", "li", "td", "th", "div", "h1", "h2", "h3", "h4", "section", "button", "option", "label", "dt", "dd", "legend", "summary",
    "nav", "form", "table", "tr", "ul", "ol", "article", "header", "footer", "fieldset", "title", "text", "caption", "select",
}  # fmt: skip
SPOKEN = {"title", "placeholder", "aria-label", "alt", "data-confirm", "data-confirm-action", "data-label", "label"}
NOT_OURS = {"core:mail-html"}  # the message itself, in its reader's language
VOID = {"input", "br", "img", "hr", "meta", "link", "col", "source", "wbr", "path", "rect", "circle", "line"}


def forget_words() -> None:
    """Days, amounts and scales are put in words once per language; the marked ones are nobody's language."""
    days = (pmo._day, pmo._ago, columns._day_words, overview_words._count, overview_words._day)
    for remembered in (*days, money._exact, money._short, pmo._rag, default_scale, drawn_way):
        remembered.cache_clear()
    drawn_once.KEPT.clear()
    drawn_once._sections.clear()


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every message that is translated comes back in marks."""
    trans = translation._trans
    forget_words()

    def mark(message: str) -> str:
        return message if not str(message).strip() else f"{BEGIN}{message}{END}"

    monkeypatch.setattr(trans, "gettext", mark)
    monkeypatch.setattr(trans, "pgettext", lambda context, message: mark(message))
    monkeypatch.setattr(trans, "ngettext", lambda one, many, number: mark(one if number == 1 else many))
    monkeypatch.setattr(trans, "npgettext", lambda context, one, many, number: mark(one if number == 1 else many))
    yield
    forget_words()


class Words(HTMLParser):
    """Collects what a person sees or hears outside the marks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.depth = 0  # inside how many marks
        self.silent = 0
        self.path: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in BLOCKS:
            self.depth = 0
        if tag not in VOID:
            self.path.append(tag)
            self.path[-1] += " silent" if tag in SILENT or values.get("translate") == "no" else ""
            self.silent += self.path[-1].endswith(" silent")
        for name in SPOKEN:
            if values.get(name) and not self.silent:
                self._read(str(values[name]), f"{tag} {name}", 0)
        if tag == "input" and values.get("type") in ("submit", "button", "reset"):
            self._read(str(values.get("value") or ""), "button value", 0)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.depth = 0
        while any(opened.split()[0] == tag for opened in self.path):
            closed = self.path.pop()
            self.silent -= closed.endswith(" silent")
            if closed.split()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.depth = self._read(data, self.path[-1] if self.path else "", self.depth)

    def _read(self, text: str, where: str, depth: int) -> int:
        outside = []
        for sign in text:
            if sign == BEGIN:
                depth += 1
            elif sign == END:
                depth = max(0, depth - 1)
            elif not depth:
                outside.append(sign)
        words = "".join(outside).strip()
        if words:
            self.found.append(f"{where}\x00{words}")
        return depth


def data_of_world() -> list[str]:
    """Every text in the database, the longest first."""
    found: set[str] = {settings.ORGANISATION_NAME, settings.VERSION, *(word for pair in zones() for word in pair)}
    for model in apps.get_models():
        if model._meta.app_label in ("core", "accounts", "portfolio", "intake", "reporting", "axes") and not hasattr(
            model, "pgh_tracked_model"
        ):
            names = [
                f.attname
                for f in model._meta.concrete_fields
                if isinstance(f, models.CharField | models.TextField | models.JSONField)
            ]
            for row in model._base_manager.values_list(*names) if names else []:
                found |= {part for value in row for part in texts_in(value)}
    return sorted((text for text in found if re.search(r"[^\W\d_]{2}", text)), key=len, reverse=True)


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (str(key), *texts_in(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner)
    elif isinstance(value, str):
        yield value


NOT_WORDS = [
    r"[\w.+-]+@[\w.-]+",  # addresses
    r"https?://\S+|/[\w/-]+/",
    r"\b[A-Z]{2,4}-\d+\b",  # references
    r"\b[\w-]+\.(?:csv|xlsx|pdf|html|txt|py)\b",
    r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?(?: \d{4})?\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}\b",
    r"[£$€]?[\d.,]+\s?(?:m|bn|k|kB|MB|%)?\b",
]


def unmarked(html: str, data: list[str]) -> list[str]:
    """The words of a page that no translation would reach."""
    parser = Words()
    parser.feed(html)
    found = []
    for piece in parser.found:
        where, words = piece.split("\x00")
        rest = words.replace("\u00a0", " ")  # short cells are kept on one line
        for text in data:
            rest = rest.replace(text, " ")
        for pattern in NOT_WORDS:
            rest = re.sub(pattern, " ", rest)
        left = [word for word in re.findall(r"[^\W\d_]{2,}", rest) if word not in SAME_EVERYWHERE]
        if left:
            found.append(f"<{where}> {' '.join(words.split())[:100]}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.usefixtures("pseudo")
def test_every_word_of_every_page_can_be_translated(world: World, reader: str) -> None:  # noqa: F811
    person = world.cast.people[reader]
    client, data = signed_in(person), data_of_world()
    wrong: dict[str, list[str]] = {}
    for name in sorted(ADDRESSES):
        for row in rows_of(name):
            if row.method != "get" or name.startswith("api:") or name in NOT_OURS or row.kind == "public":
                continue
            response = ask(client, row, address_of(name, row, world, world.cast.own))
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                for words in unmarked(response.content.decode(), data):
                    wrong.setdefault(words, []).append(name)
    lines = [
        f"{words}   on {pages[0]}{f' and {len(pages) - 1} more' if len(pages) > 1 else ''}" for words, pages in wrong.items()
    ]
    assert not lines, "Not marked for translation:\n" + "\n".join(lines)


@pytest.mark.usefixtures("pseudo")
def test_pages_before_signing_in_can_be_translated(world: World) -> None:  # noqa: F811
    from django.test import Client

    client, data = Client(), data_of_world()
    wrong = []
    for name in sorted(ADDRESSES):
        for row in rows_of(name):
            if row.kind == "public" and row.method == "get":
                response = ask(client, row, address_of(name, row, world, world.cast.own))
                if response.headers.get("Content-Type", "").startswith("text/html"):
                    wrong += [f"{words} on {name}" for words in unmarked(response.content.decode(), data)]
    assert not wrong, "Not marked for translation:\n" + "\n".join(wrong)


def test_the_test_finds_what_is_not_marked() -> None:
    page = (
        f'<p title="Hello there">{BEGIN}You see <b>2</b> things{END}, and more</p><p>PRJ-0001 Own project 22 Nov 2026 £1.2m</p>'
    )
    assert unmarked(page, ["Own project"]) == ["<p title> Hello there", "<p> , and more"]
