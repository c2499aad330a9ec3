"""The project charter: made by a worker from what was carried over; made again on request when that failed."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from core.history import recorded
from core.jobs import soon
from core.pdf.documents import make_document
from intake.actions.conversion import CHARTER_TASK
from intake.models import Charter, Decision
from intake.models.conversion import open_charter
from intake.models.selection import Outcome
from intake.wording_conversion import IMPACTS

TEMPLATE = "intake/conversion/charter.html"


def make_charter(*, charter_id: int, at: datetime) -> bool:
    """Make the PDF; whether there was anything to do. Doing it again changes nothing."""
    charter = Charter.objects.select_related(
        "conversion__request__type", "conversion__project__manager", "conversion__project__sponsor", "conversion__approved_case"
    ).get(pk=charter_id)
    if charter.made_at is not None:
        return False
    project = charter.conversion.project
    with translation.override(settings.LANGUAGE_CODE):
        context = charter_context(charter)
        document = make_document(render_to_string(TEMPLATE, context), label=project.reference)
        # A risk may become confidential later. Who may not be told of it then reads the charter without its opening risks.
        bare = None
        if context["risks"]:
            html = render_to_string(TEMPLATE, {**context, "risks": [], "risks_elsewhere": True})
            bare = make_document(html, label=project.reference)
    with transaction.atomic(), recorded("intake.charter.made"):
        row = Charter.objects.select_for_update().get(pk=charter_id)
        if row.made_at is not None:
            return False
        row.file = default_storage.save(f"intake/charters/{project.reference}.pdf", ContentFile(document.content))
        if bare is not None:
            path = open_charter(row.file)
            default_storage.delete(path)
            default_storage.save(path, ContentFile(bare.content))
        row.sha256, row.pages, row.made_at, row.failure = document.sha256, document.pages, at, ""
        row.save()
    return True


def fail_charter(*, charter_id: int, reason: str) -> None:
    """Write down why it could not be made; the page shows it and offers another try."""
    with recorded("intake.charter.failed"):
        Charter.objects.filter(pk=charter_id, made_at=None).update(failure=reason[:300])


@transaction.atomic
def retry_charter(charter: Charter, *, at: datetime) -> None:
    """Ask a worker again."""
    with recorded("intake.charter.retried"):
        Charter.objects.filter(pk=charter.pk, made_at=None).update(failure="", asked_at=at)
        soon(CHARTER_TASK, charter.pk)


def charter_context(charter: Charter) -> Mapping[str, Any]:
    """What the charter shows: the conversion as it was, and the decision behind it."""
    conversion = charter.conversion
    request, document = conversion.request, conversion.document
    promised = document["promised"]
    decision = approving_decision(request)
    case = conversion.approved_case
    return {
        "conversion": conversion,
        "it": request,
        "project": conversion.project,
        "document": document,
        "currency": promised["currency"],
        "cost": _number(promised["cost"]),
        "benefit": _number(promised["benefit"]),
        "npv": _number(promised["npv"]),
        "start_on": _day(promised["start_on"]),
        "finish_on": _day(promised["finish_on"]),
        "milestones": [{"title": one["title"], "planned_on": _day(one["planned_on"])} for one in document["milestones"]],
        "risks": [one | {"impact_word": IMPACTS[one["impact"]]} for one in document["risks"]],
        "decision": decision,
        "taken_over": ", ".join(one["label"] for one in document["fields"] if one["value"] and not one["changed"]),
        "entered": ", ".join(one["label"] for one in document["fields"] if one["value"] and one["changed"]),
        "conditions": list(decision.conditions.select_related("owner")) if decision else [],
        "case": case,
        "case_years": case_years(case),
        "document_title": _("Project charter: %(title)s") % {"title": conversion.project.title},
        "period": conversion.project.reference,
        "organisation_name": settings.ORGANISATION_NAME,
        "as_at": conversion.converted_at,
        "paper": "A4",
        "classification": _("Confidential") if conversion.project.is_confidential else "",
    }


def approving_decision(request: Any) -> Decision | None:
    """The decision that approved the request. One query."""
    return (
        Decision.objects.filter(request=request, outcome__in=[Outcome.APPROVE, Outcome.CONDITIONS])
        .select_related("decided_by", "item__meeting")
        .first()
    )


def case_years(case: Any) -> list[dict[str, Any]]:
    """The preferred option's years of a frozen case: cost and benefit."""
    if case is None:
        return []
    option: dict[str, Any] = next((one for one in case.document["options"] if one["name"] == case.option), {})
    return [
        {
            "year": year["year"],
            "cost": Decimal(year["capital"]) + Decimal(year["revenue"]),
            "benefit": Decimal(year["cashable"]) + Decimal(year["non_cashable"]),
            "net": Decimal(year["net"]),
        }
        for year in option.get("years", [])
    ]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
