"""The history of one object: readable, and as a file."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exports import Column, export_names, export_response, form_of
from core.history import Entry, action_words, history_of, makers_of, without_hidden_sources
from core.templatetags.pmo import changed

LIMIT = 100_000
# What was added or removed with more fields than these is unfolded by a click.
SHOWN_AT_ONCE = 3
WHAT = {"insert": gettext_lazy("Added"), "update": gettext_lazy("Changed"), "delete": gettext_lazy("Removed")}


def answer_history(
    request: HttpRequest,
    it: Any,
    rows: list[tuple[Any, dict[str, Any]]],
    *,
    back: str,
    template: str = "core/history/history_list.html",
    context: dict[str, Any] | None = None,
    name: str = "",
) -> HttpResponseBase:
    """The recorded changes of the given rows (see `core.history.history_of`), newest first, or all of them as a file called `name`."""
    entries = history_of(*rows, limit=LIMIT, reader=request.user)
    entries = without_hidden_sources(entries, reader=request.user, own=getattr(it, "reference", ""))
    page = Paginator(entries, 50).get_page(request.GET.get("page"))
    form = request.GET.get("export")
    name = name or f"history-{getattr(it, 'reference', it.pk)}"
    shown = entries if form else page.object_list
    names = people(shown)
    if form:
        lines = [line for entry in shown for line in lines_of(entry, names)]
        return export_response(columns(), lines, name=name, form=form_of(form))
    found = {
        "it": it,
        "page": page,
        "entries": [
            {
                "entry": entry,
                "by": names.get(entry.user_id, ""),
                "what": WHAT.get(entry.label, entry.label),
                "action": action_words(entry.action),
                "folded": entry.label != "update" and len(entry.changes) > SHOWN_AT_ONCE,
            }
            for entry in shown
        ],
        "exports": [(kind, changed(request.GET, export=file, page=None)) for kind, file in export_names(name)],
        "back": back,
        "page_title": _("History of %(it)s") % {"it": it},
        "no_as_of": True,
    }
    return render(request, template, (context or {}) | found)


def people(entries: Any) -> dict[int | None, str]:
    """The names of those who made these changes. One query."""
    return {key: str(person) for key, person in makers_of(entries).items()}


def columns() -> list[Column]:
    """The columns of the file."""
    return [
        Column(_("When"), "at", "moment"),
        Column(_("Who"), "by"),
        Column(_("What"), "what"),
        Column(_("Kind"), "noun"),
        Column(_("Name"), "name"),
        Column(_("Field"), "field"),
        Column(_("Before"), "before", "long"),
        Column(_("After"), "after", "long"),
        Column(_("Action"), "action"),
        Column(_("From"), "source"),
    ]


def lines_of(entry: Entry, names: dict[int | None, str]) -> list[dict[str, Any]]:
    """One line per changed field; a change without fields is one line too."""
    line = {
        "at": entry.at,
        "by": names.get(entry.user_id, ""),
        "what": WHAT.get(entry.label, entry.label),
        "noun": entry.noun,
        "name": entry.name,
        "action": action_words(entry.action),
        "source": entry.source,
    }
    return [line | {"field": change.label, "before": change.before, "after": change.after} for change in entry.changes] or [
        line
    ]
