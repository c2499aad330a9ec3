"""The import target "milestones": of one project or of many (docs/adr/0005-import.md)."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import may
from core.errors import ActionError
from core.formulas.mapping import Field
from core.imports.registry import ScopeOption, Target, register
from portfolio.actions.milestone_imports import apply_milestones, plan_milestones
from portfolio.models import Project

_WHICH, _DAYS = gettext_lazy("Which milestone"), gettext_lazy("Dates")
_STORY = r"narrative|commentary|comment|explanation|reason|description|rationale|notes?\b"

FIELDS = (
    Field("reference", gettext_lazy("Milestone number"), "id", ("Milestone number",), exact=True, pattern=r"^\d{1,18}$", group=_WHICH),
    Field("scope", gettext_lazy("Project"), "text",
          ("Project", "Project reference", "Project ID", "Project title", "Project name", "Belongs to", "Reference", "Projekt", "Projet"),
          never=_STORY + r"|manager|owner|sponsor|status|date|type", longest=320, group=_WHICH),
    Field("title", gettext_lazy("Milestone"), "text", needed=True, synonyms=
          ("Milestone", "Milestone title", "Milestone name", "Key milestone", "Title", "Name", "Event", "Deliverable", "Task name",
           "Meilenstein", "Jalon"),
          never=_STORY + r"|project|number|owner|status|date|\bid\b|type", longest=200, group=_WHICH),
    Field("planned_on", gettext_lazy("Planned"), "finish",
          ("Planned", "Planned date", "Planned finish", "Plan date", "Baseline", "Baseline date", "Baseline finish", "Approved date",
           "Original date", "Target date", "Due date", "Due", "Milestone date", "Date", "Deadline", "Geplant", "Prévu"),
          never=_STORY + r"|forecast|actual|slip|variance", group=_DAYS),
    Field("forecast_on", gettext_lazy("Forecast"), "finish",
          ("Forecast", "Forecast date", "Forecast finish", "Current forecast", "Latest forecast", "Expected", "Expected date",
           "Estimated date", "Projected date", "Revised date", "Prognose"),
          never=_STORY + r"|baseline|actual|slip|variance", group=_DAYS),
    Field("actual_on", gettext_lazy("Reached"), "finish",
          ("Reached", "Actual", "Actual date", "Actual finish", "Achieved", "Date achieved", "Achieved on", "Completed", "Completed on",
           "Completion date", "Date reached", "Done on", "Erreicht", "Atteint"),
          never=_STORY + r"|forecast|planned|slip|variance|percent|%", group=_DAYS),
)  # fmt: skip

DERIVED = frozenset({"slip days", "slip"})
"""Columns of the product's own files that no file can set."""


def may_import_milestones(user: Any) -> bool:
    """Whether the person may load milestones: imports, and the milestones of some project. One query at most."""
    if not may(user, "import.run"):
        return False
    return may(user, "milestone.edit") or Project.objects.allowed(user, "milestone.edit").exists()


def check_scope(mapped: set[str], options: Mapping[str, Any], user: Any) -> None:
    """Raise ActionError (field "scope") where rows would belong to nothing, or to a project whose milestones the person may not
    change."""
    reference = str(options.get("scope", "")).strip().split(" ")[0].upper()
    if not reference:
        if not mapped & {"scope", "reference"}:
            raise ActionError(_("No column says which project it is: give the reference of the project."), field="scope")
        return
    rows = Project.objects.all() if user is None else Project.objects.visible_to(user)
    found = rows.filter(reference=reference).first()
    if found is None:
        raise ActionError(_("There is no project “%(text)s” that you may see.") % {"text": reference}, field="scope")
    if user is not None and not Project.objects.allowed(user, "milestone.edit").filter(pk=found.pk).exists():
        words = _("You may not change the milestones of %(reference)s.")
        raise ActionError(words % {"reference": reference}, field="scope")


MILESTONES = Target(
    key="milestones",
    label=gettext_lazy("Milestones"),
    fields=FIELDS,
    allowed=may_import_milestones,
    plan=plan_milestones,
    apply=apply_milestones,
    derived=DERIVED,
    own="title",  # nobody's file can set what is worked out
    list_url="portfolio:project-list",
    scope=ScopeOption(
        label=gettext_lazy("Milestones of the project"),
        help_text=gettext_lazy("The reference of a project, such as PRJ-0042, for rows that do not say it themselves."),
        finder=lambda: reverse("portfolio:entry-find", args=["project"]),
        check=check_scope,
    ),
    further=gettext_lazy("Leave out, and say so"),
    is_dated=False,
    is_private=True,
)


def register_targets() -> None:
    """Called once when the room starts."""
    register(MILESTONES)
