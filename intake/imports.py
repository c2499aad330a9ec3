"""The import target "requests": which columns people have, and which fields they mean (docs/adr/0005-import.md)."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import may
from core.formulas.mapping import Field
from core.imports.registry import Target, register, rows_about_unseen
from intake.actions.imports import apply_requests, plan_requests
from intake.models import Request

_STORY = r"narrative|commentary|comment|explanation|rationale|notes?\b"
_WHO, _WHAT, _PEOPLE, _FIGURES = _("Which request"), _("What is asked"), _("People"), _("Figures and days")

STATES = {
    "submitted": ("submitted", "new", "open", "received", "logged", "to do", "idea", "backlog"),
    "screening": ("screening", "triage", "review", "in review", "under review", "in progress"),
    "needs_information": ("needs information", "waiting for requester", "on hold", "more information needed"),
    "assessment": ("assessment", "assessing", "evaluation", "analysis", "qualified"),
    "ready": ("ready for decision", "ready", "awaiting approval", "pending approval", "for decision"),
    "approved": ("approved", "accepted"),
    "deferred": ("deferred", "postponed", "parked"),
    "rejected": ("rejected", "declined", "refused", "turned down", "denied", "not approved"),
    "withdrawn": ("withdrawn", "cancelled", "canceled"),
    "converted": ("became a project", "converted", "project"),
    "draft": ("draft",),
}

FIELDS = (
    Field("reference", _("Reference"), "id", ("Reference", "Request reference"), group=_WHO, pattern=r"^REQ-\d{4,}$", never=_STORY),
    Field("external_id", _("Identifier in its source"), "id",
          ("Request ID", "Identifier", "ID", "Demand ID", "Demand number", "Request number", "Idea ID", "Key", "Ticket", "Ticket number",
           "Number", "Reference number", "Ref"),
          unique=True, never=_STORY + r"|name|parent", longest=120, group=_WHO),
    Field("title", _("A short name for it"), "text", needed=True, synonyms=
          ("Request", "Title", "Name", "Request title", "Request name", "Idea", "Demand", "Demand name", "Project name", "Summary", "Subject",
           "Short description", "Proposal", "Initiative"),
          never=r"requester|requested by|owner|sponsor|type|status|department", group=_WHO),
    Field("type", _("Type"), "text", ("Type", "Request type", "Kind", "Category", "Demand type"), exact=True, longest=120, group=_WHO),
    Field("state", _("State"), "choice", ("State", "Status", "Stage", "Request status"), never=_STORY + r"|date|rag",
          choices={word: value for value, known in STATES.items() for word in known}, group=_WHO),
    Field("purpose", _("What is the purpose?"), "long",
          ("Purpose", "What is the purpose", "Aim", "Objective", "Objectives", "Description", "Goal", "What", "Scope", "Request description"), group=_WHAT),
    Field("need", _("Why is it needed?"), "long",
          ("Need", "Why it is needed", "Why is it needed", "Why", "Business need", "Problem", "Problem statement", "Justification", "Reason", "Driver", "Background"),
          group=_WHAT),
    Field("helps", _("How does it help?"), "list", ("How it helps", "How does it help", "Benefit type", "Benefit types", "Helps"), longest=60, group=_WHAT),
    Field("helps_how", _("How it helps, in words"), "long",
          ("How it helps, in words", "Benefits", "Expected benefits", "Benefit description", "Expected outcomes"), group=_WHAT),
    Field("tags", _("Tags"), "list", ("Tags", "Labels", "Keywords"), longest=50, group=_WHAT),
    Field("requester_name", _("Requester"), "text",
          ("Requester", "Requested by", "Submitted by", "Requestor", "Proposer", "Raised by", "Author", "Contact", "Reporter"),
          never=r"mail|date", longest=150, group=_PEOPLE),
    Field("requester_email", _("Requester's e-mail address"), "text",
          ("E-mail", "Email", "Requester email", "E-mail address", "Contact email"), longest=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
          group=_PEOPLE),
    Field("unit", _("Organisation unit"), "text",
          ("Unit", "Organisation unit", "Department", "Business unit", "Directorate", "Division", "Team", "Service area", "Agency"),
          never=_STORY + r"|acronym", longest=150, group=_PEOPLE),
    Field("sponsor", _("Sponsor"), "text", ("Sponsor", "Executive sponsor", "Business sponsor", "Senior Responsible Owner", "SRO"),
          never=_STORY + r"|rating", longest=200, group=_PEOPLE),
    Field("owner", _("Owner"), "text", ("Owner", "Assignee", "Assigned to", "Analyst", "Demand manager"), never=_STORY, longest=200,
          group=_PEOPLE),
    Field("currency", _("Currency"), "currency", ("Currency", "Currency code"), group=_FIGURES),
    Field("estimated_cost", _("Estimated cost, whole life"), "money",
          ("Estimated cost", "Cost", "Estimated cost, whole life", "Cost estimate", "Budget", "Rough cost", "Total cost", "Estimate"),
          never=_STORY + r"|benefit|actual", group=_FIGURES),
    Field("estimated_benefit", _("Estimated benefit, whole life"), "money",
          ("Estimated benefit", "Benefit", "Estimated benefit, whole life", "Financial benefit", "Savings", "Value", "Benefit value"),
          never=_STORY + r"|type|cost", group=_FIGURES),
    Field("needed_by_on", _("Needed by"), "date", ("Needed by", "Required by", "Due date", "Target date", "Desired date", "Deadline"),
          never=_STORY, group=_FIGURES),
    Field("submitted_on", _("Submitted"), "date",
          ("Submitted", "Submitted on", "Date submitted", "Created", "Date raised", "Request date", "Received", "Opened"), never=_STORY,
          group=_FIGURES),
)  # fmt: skip

DERIVED = frozenset({"since", "age", "clock", "due", "score", "rank", "complete", "missing", "answer *"})
"""Columns of the product's own lists that no file can set; what begins with "Answer: " are answers to a type's own questions."""


def may_import(user: Any) -> bool:
    """Whether the person may load requests: imports and the office's work on requests, everywhere."""
    return may(user, "import.run") and may(user, "request.triage")


REQUESTS = Target(
    key="requests",
    label=_("Requests"),
    fields=FIELDS,
    allowed=may_import,
    plan=plan_requests,
    apply=apply_requests,
    derived=DERIVED,
    own="reference",
    list_url="intake:request-list",
    hidden=partial(rows_about_unseen, Request),
)


def register_targets() -> None:
    """Called once when the room starts."""
    register(REQUESTS)
