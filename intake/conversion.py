"""What a request brings into the project that it becomes: first values with where each comes from, milestones, team, risks.
The page and the API start from the same."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from intake.actions.conversion import carried_weights
from intake.formulas.templates import due_on
from intake.formulas.tiering import Tiering
from intake.models import ApprovedCase, ProjectTemplate, Request
from intake.models.requests import Help


def next_month() -> Any:
    """The first day of the next month."""
    today = timezone.localdate()
    return today.replace(year=today.year + today.month // 12, month=today.month % 12 + 1, day=1)


class Start:
    """What the new project is made from."""

    def __init__(
        self, frozen: ApprovedCase | None, template: ProjectTemplate | None, tiering: Tiering, version: int, start: Any
    ) -> None:
        self.frozen, self.template, self.tiering, self.version = frozen, template, tiering, version
        self.start = start or next_month()


def links_of(found: Request) -> list[dict[str, Any]]:
    """The objectives with the weights that the project gets, and whether they were scaled."""
    links = list(found.objective_links.select_related("objective"))
    before = {link.objective_id: link.weight for link in links}
    return [
        {"objective": objective, "weight": weight, "before": before[objective.pk] if before[objective.pk] != weight else None}
        for objective, weight in carried_weights(links)
    ]


def first_values(found: Request, start: Start) -> tuple[dict[str, Any], dict[str, str]]:
    """The first value of each field of the project, and where it comes from."""
    frozen, template = start.frozen, start.template
    helps = ", ".join(str(Help(key).label) for key in found.helps if key in Help.values)
    summary = "\n\n".join(text for text in (helps, found.helps_how) if text)
    values: dict[str, Any] = {
        "title": found.title,
        "purpose": found.purpose,
        "description": found.need,
        "tags": ", ".join(found.tags),
        "category": found.type.name[:100],
        "phase": template.phase if template else "initiation",
        "tier": start.tiering.tier,
        "unit": found.unit_id,
        "sponsor": found.sponsor_id,
        "planned_start_on": start.start,
        "benefits_summary": summary,
    }
    sources = {
        "title": _("From the request: its title."),
        "purpose": _("From the request: what is the purpose?"),
        "description": _("From the request: why is it needed?"),
        "tags": _("From the request: its tags. With commas between."),
        "category": _("From the request: its type."),
        "unit": _("From the request: its unit."),
        "sponsor": _("From the request: its sponsor."),
        "planned_start_on": _("From the page before."),
        "benefits_summary": _("From the request: how does it help?"),
    }
    if template:
        sources["phase"] = _("From the template “%(template)s”.") % {"template": template}
    if template and template.milestones:
        values["planned_finish_on"] = max(due_on(start.start, one) for one in template.milestones)
        sources["planned_finish_on"] = _("The last milestone of the template “%(template)s”.") % {"template": template}
    if frozen is not None:
        values |= {"budget": frozen.cost, "benefits": frozen.benefit}
        words = {"case": frozen, "option": frozen.option}
        sources["budget"] = _("Whole-life cost of %(case)s, “%(option)s”, undiscounted.") % words
        sources["benefits"] = _("Whole-life benefit of %(case)s, “%(option)s”, undiscounted.") % words
    else:
        values |= {"budget": found.estimated_cost, "benefits": found.estimated_benefit}
        sources["budget"] = _("From the request: its estimate. There is no frozen business case.")
        sources["benefits"] = sources["budget"]
    return values, sources


def first_rows(start: Start) -> list[list[dict[str, Any]]]:
    """Milestones, team and risks of the template."""
    template = start.template
    if template is None:
        return [[{}], [{"part": _("Project manager")}], [{}]]
    return [
        [{"title": one["title"], "planned_on": due_on(start.start, one)} for one in template.milestones] or [{}],
        [{"part": one["role"], "note": one["note"]} for one in template.roles] or [{}],
        list(template.risks) or [{}],
    ]
