"""The import target "status-updates": the status of projects in periods and on days (docs/adr/0005-import.md)."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import may
from core.formulas.mapping import Field
from core.imports.registry import Target, register
from portfolio.actions.status_import.plan import plan_updates
from portfolio.actions.status_import.write import apply_updates
from portfolio.models import Project
from portfolio.models.status import State
from portfolio.project_imports import FIELDS as OF_PROJECTS

_WHICH, _RATINGS, _WORDS, _FIGURES = _("Which update"), _("Ratings"), _("In words"), _("Figures")
_STORY = r"narrative|commentary|comment|explanation|reason|description|rationale|notes?\b"

_HEADED_BY_DAY = r"\b(19|20)\d\d\b|\b(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)\b"
"""In what words a header names a day or a month: its column is one of several (portfolio/actions/status_import/spread.py)."""

STATES = {
    State.DRAFT: ("draft", "in progress", "being written"),
    State.SUBMITTED: ("submitted", "waits for review", "in review"),
    State.RETURNED: ("returned", "sent back"),
    State.PUBLISHED: ("published", "final", "approved", "issued", "closed"),
    State.SUPERSEDED: ("superseded", "replaced"),
}  # fmt: skip


def _as_on_projects(key: str, group: Any, *more: str) -> Field:
    """The field as a file of projects has it. It needs no as-at day of the whole file: each row says its own."""
    one = next(one for one in OF_PROJECTS if one.key == key)
    never = f"{one.never}|{_HEADED_BY_DAY}" if one.kind == "rag" else one.never
    return replace(one, synonyms=(*more, *one.synonyms), never=never, dated=False, group=group)


def _comment(key: str, label: Any, word: str) -> Field:
    names = (f"Comment on the {word}", f"{word} comment", f"{word} commentary", f"{word} narrative")
    return Field(key, label, "long", names, many=True, group=_WORDS)


FIELDS = (
    Field("reference", _("Project reference"), "id", ("Reference", "Project reference", "PMO reference"), pattern=r"^PRJ-\d{4,}$",
          never=_STORY, group=_WHICH),
    Field("title", _("Project"), "text", needed=True, synonyms=
          ("Project", "Project name", "Project title", "Title", "Name", "Programme name", "Initiative", "Project ID", "Project code", "Projekt", "Projet"),
          never=_STORY + r"|manager|owner|sponsor|status|date|type|reference", longest=320, group=_WHICH),
    Field("period", _("Period"), "text", ("Period", "Reporting period", "Month", "Reporting month", "Report month", "Week", "Quarter", "Monat"),
          exact=True, never=_STORY + r"|ends?\b|starts?\b|end(ing)?|date", longest=60, group=_WHICH),
    Field("as_at", _("As-at day"), "date",
          ("As at", "As of date", "Period ends", "Period end", "Period ending", "Report date", "Status date", "Data date", "Snapshot date",
           "Reporting date", "As at date", "Month end", "Month ending", "Week ending", "Date", "Date of report", "Stichtag"),
          never=_STORY + r"|due|submitted|published|forecast|finish", group=_WHICH),
    Field("series", _("Series"), "text", ("Series", "Status series"), exact=True, never=_STORY, longest=80, group=_WHICH),
    Field("state", _("State"), "choice", ("State", "State of the update", "Update state", "Update status"), exact=True, never=_STORY,
          choices={word: value for value, known in STATES.items() for word in known}, group=_WHICH),
    Field("is_correction", _("Correction"), "boolean", ("Correction", "Is a correction", "Corrects", "Correct", "Replace"), exact=True,
          never=_STORY, group=_WHICH),
    _as_on_projects("overall", _RATINGS, "Declared"),
    *(_as_on_projects(key, _RATINGS) for key in ("schedule", "cost", "scope", "benefits_rating", "risk", "resources")),
    _as_on_projects("assurance", _RATINGS),
    _as_on_projects("summary", _WORDS, "Summary"),
    _as_on_projects("achieved", _WORDS),
    _as_on_projects("planned_next", _WORDS),
    Field("overall_comment", _("Comment overall"), "long", ("Comment overall", "Overall comment", "RAG comment", "Reason for RAG", "RAG commentary"),
          many=True, group=_WORDS),
    *(_as_on_projects(f"{word}_comment", _WORDS) for word in ("schedule", "cost", "benefits")),
    _comment("scope_comment", _("Comment on the scope"), "scope"),
    _comment("risk_comment", _("Comment on the risk"), "risk"),
    _comment("resources_comment", _("Comment on the resources"), "resources"),
    Field("decisions", _("Decisions needed"), "long", ("Decisions needed", "Decision needed", "Decisions required", "Decision required",
          "Decisions asked for"), exact=True, group=_WORDS),
    _as_on_projects("percent_complete", _FIGURES),
    _as_on_projects("forecast_finish_on", _FIGURES),
    replace(_as_on_projects("forecast", _FIGURES), key="forecast_cost"),
    _as_on_projects("currency", _FIGURES),
)  # fmt: skip

DERIVED = frozenset({"due", "computed", "disagrees", "submitted by", "submitted", "published", "reviewed by", "revision"})
"""Columns of the product's own list that no file can set: what was worked out, and what people did."""


def may_import_updates(user: Any) -> bool:
    """Whether the person may load status updates: imports, and publishes those of some project. One query at most."""
    if not may(user, "import.run"):
        return False
    return may(user, "status.review") or Project.objects.allowed(user, "status.review").exists()


STATUS_UPDATES = Target(
    key="status-updates",
    label=_("Status updates"),
    fields=FIELDS,
    allowed=may_import_updates,
    plan=plan_updates,
    apply=apply_updates,
    derived=DERIVED,
    own="reference",
    list_url="portfolio:update-list",
    list_query="?state=published",
    asks_currency=False,
    further=_("Rating of the day in its header, else left out"),
    is_private=True,
)


def register_targets() -> None:
    """Called once when the room starts."""
    register(STATUS_UPDATES)
