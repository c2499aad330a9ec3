"""Verbs of project templates: create, edit, add the standard ones, find the fitting one."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import assign, lock, once, save
from core.errors import ActionError
from core.history import recorded
from intake.formulas.templates import TemplateError, milestones_from, risks_from, roles_from, sections_from
from intake.models import ProjectTemplate, Request
from intake.wording_conversion import template_problem

READERS = {"milestones": milestones_from, "risks": risks_from, "roles": roles_from, "sections": sections_from}
EDITABLE = ["name", "description", "type", "tier", "phase", "is_active", *READERS]


def _values(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The typed lines as what is stored. Raises ActionError at the field whose line cannot be read."""
    values = dict(typed)
    for name, read in READERS.items():
        if isinstance(values.get(name), str):
            try:
                values[name] = read(values[name])
            except TemplateError as error:
                raise ActionError(template_problem(error), field=name) from error
    return values


@transaction.atomic
def create_template(*, values: Mapping[str, Any]) -> ProjectTemplate:
    """A new template; milestones, risks, roles and sections as text."""
    with recorded("intake.template.created"):
        row = ProjectTemplate()
        assign(row, _values(values), EDITABLE)
        row.save()
    return row


@transaction.atomic
def edit_template(template: ProjectTemplate, *, changes: Mapping[str, Any], version: int | None) -> ProjectTemplate:
    """Change a template. Projects that were made from it stay as they are."""
    with recorded("intake.template.edited"):
        row = lock(ProjectTemplate.objects.all(), template.pk, version=version)
        assign(row, _values(changes), EDITABLE)
        save(row)
    return row


def fitting_template(request: Request, tier: int | None) -> ProjectTemplate | None:
    """The active template that fits best: type and tier, then type, then tier, then neither. One query."""
    rows = ProjectTemplate.objects.filter(is_active=True)
    fits = [row for row in rows if row.type_id in (None, request.type_id) and row.tier in (None, tier)]
    return max(fits, key=lambda row: (row.type_id is not None, row.tier is not None), default=None)


@transaction.atomic
def add_standard_templates() -> list[ProjectTemplate]:
    """One template a tier, where none of that name is there yet."""
    made = []

    def is_there(name: str) -> bool:
        return ProjectTemplate.objects.filter(name=name).exists()

    for tier, name in ((1, _("Large project")), (2, _("Usual project")), (3, _("Small project"))):
        if is_there(name):
            continue
        try:
            with once():
                made.append(create_template(values={"name": name, "tier": tier, **_standard(tier)}))
        except ActionError:
            if not is_there(name):  # nobody else adds them in this moment: it is something else
                raise
    return made


def _standard(tier: int) -> dict[str, str]:
    pace = {1: (3, 9, 18, 24, 36), 2: (1, 4, 9, 12, 18), 3: (0, 1, 3, 4, 6)}[tier]
    names = (
        _("Charter agreed"),
        _("Plan and budget agreed"),
        _("First part in use"),
        _("All parts in use"),
        _("Project closed"),
    )
    milestones = [f"{name} | {months} months" for name, months in zip(names, pace, strict=True)]
    risks = [
        (_("People are needed elsewhere"), _("Key people leave the project"), _("Work stops for weeks"), 40, 4),
        (_("The need was described by few"), _("Users do not accept the result"), _("Benefits come later"), 30, 4),
        (_("Prices rise before the contract"), _("Bids are above the budget"), _("Scope or money must change"), 30, 3),
    ][: max(4 - tier, 1)]
    roles = [(_("Business lead"), _("speaks for the users"))]
    if tier < 3:
        roles += [(_("Technical lead"), ""), (_("Benefits owner"), _("takes over after closure"))]
    sections = [
        "## " + _("How it is governed"),
        {
            1: _("A steering committee meets monthly; every phase ends at a gate."),
            2: _("The sponsor and the office meet monthly; gates after planning and before closing."),
            3: _("The sponsor is told monthly; one gate before closing."),
        }[tier],
        "## " + _("What is not part of it"),
        _("Whatever this charter does not name. Changes go through a change request."),
    ]
    return {
        "milestones": "\n".join(milestones),
        "risks": "\n".join(
            f"{cause} | {event} | {effect} | {part}% | {impact}" for cause, event, effect, part, impact in risks
        ),
        "roles": "\n".join(f"{role} | {note}" for role, note in roles),
        "sections": "\n".join(sections),
    }
