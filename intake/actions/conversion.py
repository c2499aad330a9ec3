"""An approved request becomes a project: all of it in one transaction, nothing twice, its number kept."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.locking import check, lock, save
from core.errors import ActionError
from core.history import recorded
from core.jobs import soon
from intake.actions.moves import move_request
from intake.formulas.tiering import Tiering
from intake.models import (
    ApprovedCase,
    Charter,
    Conversion,
    OpeningRisk,
    ProjectTemplate,
    Request,
)
from intake.models.requests import State, project_reference
from intake.wording_conversion import tier_sentence
from portfolio.access import roles_to_give
from portfolio.actions.members import add_member
from portfolio.actions.milestones import add_milestone
from portfolio.actions.projects import confide_project, create_project, link_objective
from portfolio.actions.raid import create_entry
from portfolio.actions.risks import current_scale
from portfolio.formulas.scales import scaled
from portfolio.models import Project

IMPACTS = 5
"""Levels of impact that the form of a conversion knows."""
CHARTER_TASK = "intake.make_charter"


@dataclass(frozen=True)
class CarriedField:
    """One field of the project: its value in words, where it comes from, and whether the converter changed it."""

    name: str
    label: str
    value: str
    source: str
    changed: bool = False


@dataclass(frozen=True)
class TeamRow:
    """A part in the team, and who takes it (nobody yet, where `user` is None) with which role on the project."""

    part: str
    user: Any = None
    role: str = "project_manager"
    note: str = ""


@dataclass(frozen=True)
class RiskRow:
    """A risk that stands at the start."""

    event: str
    cause: str = ""
    effect: str = ""
    likelihood: int = 50
    impact: int = 3


@dataclass(frozen=True)
class Plan:
    """Everything that the new project starts with. `values` are fields of `portfolio.actions.projects.EDITABLE`."""

    values: Mapping[str, Any]
    carried: Sequence[CarriedField] = ()
    milestones: Sequence[tuple[str, date]] = ()
    team: Sequence[TeamRow] = ()
    risks: Sequence[RiskRow] = ()
    sections: Sequence[Mapping[str, str]] = ()
    template: ProjectTemplate | None = None
    approved_case: ApprovedCase | None = None
    tiering: Tiering | None = None
    tiering_version: int = 0
    tier_reason: str = ""


@transaction.atomic
def convert_request(
    request: Request, *, plan: Plan, by: Any, at: datetime, tell: bool = True, version: int | None = None
) -> Project:
    """Make the project, with its team, milestones, links and opening risks; ask a worker for the charter.

    Raises MovedMeanwhile when somebody converted (or moved) the request first, ActionError for values that a project
    cannot have, and where nobody would see a confidential project; EditConflict when it was changed since `version`.
    """
    with recorded("intake.request.converted"):
        lock(Request.objects.all(), request.pk, version=version)
        if plan.tiering is not None and plan.tiering.tier != plan.values.get("tier") and not plan.tier_reason.strip():
            raise ActionError(_("Say why the tier is another than the questions give."), field="tier_reason")
        reason = _move_words(request)
        row = move_request(request, verb="convert", by=by, at=at, expected=State.APPROVED, reason=reason, tell=tell)
        project = create_project(values=plan.values, reference=project_reference(row))
        for title, planned_on in plan.milestones:
            add_milestone(project, values={"title": title, "planned_on": planned_on})
        links = carried_weights(list(row.objective_links.select_related("objective")))
        for objective, weight in links:
            link_objective(project, objective=objective, weight=weight)
        _add_team(project, plan.team, by=by)
        if row.is_confidential:
            project = confide_project(project, confidential=True, by=by, stay_named=False)
        _open_risks(row, project, plan.risks, by=by, at=at)
    # The portfolio's actions named themselves meanwhile; what the history says at last is that the request was converted.
    with recorded("intake.request.converted"):
        row = lock(Request.objects.all(), row.pk)
        row.project = project
        save(row)
        conversion = Conversion(
            request=row,
            project=project,
            template=plan.template,
            approved_case=plan.approved_case,
            tier=plan.values["tier"],
            document=_document(plan, links, row),
            converted_at=at,
            converted_by=by,
        )
        check(conversion)
        conversion.save()
        charter = Charter.objects.create(conversion=conversion, asked_at=at)
        soon(CHARTER_TASK, charter.pk)
    return project


def _open_risks(request: Request, project: Project, risks: Sequence[RiskRow], *, by: Any, at: datetime) -> None:
    """Keep the risks as they stand now, and enter them into the project's register."""
    scale = current_scale() if risks else None
    for position, risk in enumerate(risks):
        opening = OpeningRisk(request=request, project=project, position=position, **asdict(risk))
        check(opening)
        if scale is not None:
            impact = scaled(risk.impact, IMPACTS, scale.size)
            rated = {"likelihood": scale.level_of(Decimal(risk.likelihood)), "impact": impact}
            values: dict[str, Any] = {"title": risk.event, "cause": risk.cause, "effect": risk.effect, "project": project}
            values |= {f"{stage}_{side}": level for stage in ("inherent", "current") for side, level in rated.items()}
            values["probability"] = Decimal(risk.likelihood)
            opening.entry = create_entry("risk", values=values, by=by, at=at)
            opening.taken_over_at = at
        opening.save()


def _move_words(request: Request) -> str:
    return _("It is project %(project)s now.") % {"project": project_reference(request)}


def _add_team(project: Project, team: Sequence[TeamRow], *, by: Any) -> None:
    given = set()
    allowed = set(roles_to_give(by, project))
    for member in team:
        if member.user is None or (member.user.pk, member.role) in given:
            continue
        if member.user.pk in (project.manager_id, project.sponsor_id):
            continue  # they hold their role already
        if member.role not in allowed:
            raise ActionError(_("You may not give this role on the project: %(part)s.") % {"part": member.part}, field="team")
        if member.user.pk == by.pk:
            raise ActionError(
                _("Nobody gives a role to themselves: leave %(part)s open.") % {"part": member.part}, field="team"
            )
        add_member(project, user=member.user, role=member.role, by=by)
        given.add((member.user.pk, member.role))


def carried_weights(links: Sequence[Any]) -> list[tuple[Any, int]]:
    """(objective, weight) as the project takes them: scaled down to 100 % together where the request's add up to more."""
    total = sum(link.weight for link in links)
    if total <= 100:
        return [(link.objective, link.weight) for link in links]
    return [(link.objective, max(link.weight * 100 // total, 1)) for link in links][:100]


def _document(plan: Plan, links: Sequence[tuple[Any, int]], request: Request) -> dict[str, Any]:
    return {
        "fields": [asdict(one) for one in plan.carried],
        "tiering": None
        if plan.tiering is None
        else {
            "version": plan.tiering_version,
            "points": plan.tiering.points,
            "most": plan.tiering.most,
            "tier": plan.tiering.tier,
            "sentence": tier_sentence(plan.tiering),
            "reason": plan.tier_reason,
            "answers": [asdict(one) for one in plan.tiering.answers],
        },
        "milestones": [{"title": title, "planned_on": day.isoformat()} for title, day in plan.milestones],
        "team": [
            {"part": one.part, "name": str(one.user) if one.user else "", "role": one.role, "note": one.note}
            for one in plan.team
        ],
        "risks": [asdict(one) for one in plan.risks],
        "objectives": [{"name": str(objective), "weight": weight} for objective, weight in links],
        "sections": [dict(one) for one in plan.sections],
        "promised": promised_of(plan),
        "request": {"reference": request.reference, "title": request.title},
    }


def promised_of(plan: Plan) -> dict[str, Any]:
    """What the project is held against: cost, benefits and finish as they were agreed."""
    values, frozen = plan.values, plan.approved_case
    return {
        "currency": values.get("currency"),
        "cost": _text(frozen.cost if frozen else values.get("budget")),
        "benefit": _text(frozen.benefit if frozen else values.get("benefits")),
        "npv": _text(frozen.npv if frozen else None),
        "start_on": _text(values.get("planned_start_on")),
        "finish_on": _text(values.get("planned_finish_on")),
        "case": frozen.number if frozen else None,
    }


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)
