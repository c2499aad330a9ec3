"""Whose recorded changes belong to the history of a project, a register entry, or a portfolio, programme or objective, for a reader."""

from typing import Any

from core.actions.conversation import about
from core.models import Attachment, Comment
from portfolio.actions.raid import DETAILS
from portfolio.entry_parts import links_seen
from portfolio.models import (
    AssuranceRating,
    ChangeVote,
    DateOffer,
    Entry,
    EntryLink,
    Escalation,
    ExternalIdentifier,
    Membership,
    Milestone,
    Project,
    ProjectObjective,
    SharedImpact,
    StatusUpdate,
)  # fmt: skip
from portfolio.models.status import EVER_PUBLISHED
from portfolio.tabs import additions_of

Rows = list[tuple[Any, dict[str, Any]]]

FURTHER_HISTORY: dict[str, list[tuple[Any, str]]] = {
    "change": [(ChangeVote, "change_id")],
    "dependency": [(DateOffer, "dependency_id")],
}
"""Further tables of a kind whose rows belong to an entry: model, and the field that holds the entry's key."""


def further_history(entry: Entry) -> list[tuple[Any, dict[str, Any]]]:
    """The rows of the kind's further tables."""
    return [(model, {field: entry.pk}) for model, field in FURTHER_HISTORY.get(entry.kind, [])]


def project_trail(user: Any, project: Project, actions: frozenset[str]) -> Rows:
    """The project and its parts; what upper rooms add, too."""
    parts = (Membership, Milestone, ProjectObjective, ExternalIdentifier, AssuranceRating)
    rows_of_parts: Rows = [(model, {"project_id": project.pk}) for model in parts]
    told = {} if {"status.edit", "status.review"} & actions else {"state__in": EVER_PUBLISHED}
    rows_of_parts += [(StatusUpdate, {"project_id": project.pk} | told)]  # drafts are for their writers and reviewers
    rows_of_parts += [(model, about(project)) for model in (Comment, Attachment)]
    for addition in additions_of(project, actions):
        rows_of_parts += addition.history(user, project) if addition.history else []
    return [(Project, {"pgh_obj_id": project.pk}), *rows_of_parts]


def structure_trail(it: Any) -> Rows:
    """A portfolio, programme or objective."""
    return [(type(it), {"pgh_obj_id": it.pk}), *((model, about(it)) for model in (Comment, Attachment))]


def entry_trail(user: Any, entry: Entry) -> Rows:
    """An entry, its kind's own rows, and its links to what the reader sees."""
    mine = {"entry_id": entry.pk}
    rows: list[tuple[Any, dict[str, Any]]] = [
        (Entry, {"pgh_obj_id": entry.pk}),
        (DETAILS[entry.kind], {"pgh_obj_id": entry.pk}),
        (Escalation, mine),
        (Comment, about(entry)),
        (Attachment, about(entry)),
    ]
    seen = [link.other.pk for link in links_seen(user, entry)]
    rows += [
        (EntryLink, {"source_id": entry.pk, "target_id__in": seen}),
        (EntryLink, {"target_id": entry.pk, "source_id__in": seen}),
    ]
    projects = Project.objects.visible_to(user)
    rows.append((SharedImpact, mine | {"project_id__in": projects.values("pk")}))
    rows += further_history(entry)
    return rows
