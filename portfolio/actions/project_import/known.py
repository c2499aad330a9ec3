"""What is in the database, as far as the plan of an import needs it: a fixed number of queries, whatever the rows."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from accounts.models import OrganisationUnit, User
from core.imports.registry import Work
from portfolio.formulas.titles import TitleIndex, title_key
from portfolio.models import (
    AssuranceRating,
    CustomField,
    ExternalIdentifier,
    Portfolio,
    Programme,
    Project,
    StatusSeries,
    StatusUpdate,
)

IMPORTED = "Imported"
"""How the calendars are named whose periods are the as-at days of files."""
APPLIED = "core.import.applied"


@dataclass
class Known:
    """What is in the database, as far as a plan needs it."""

    projects: dict[int, Project]
    by_reference: dict[str, int] = field(default_factory=dict)
    by_identifier: dict[str, int] = field(default_factory=dict)
    identifier_of: dict[int, str] = field(default_factory=dict)
    by_title: dict[str, list[int]] = field(default_factory=dict)
    titles: TitleIndex = field(default_factory=lambda: TitleIndex({}))
    taken_identifiers: set[str] = field(default_factory=set)
    units: dict[str, int] = field(default_factory=dict)
    portfolios: dict[str, int] = field(default_factory=dict)
    programmes: dict[str, int] = field(default_factory=dict)
    names: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    """What each unit, portfolio and programme is called, in small letters: several may share a name."""
    people: dict[str, int | None] = field(default_factory=dict)
    confidable: set[int] | None = None
    """The projects that the person may make confidential or open; None: all."""
    custom_keys: set[str] = field(default_factory=set)
    newest: dict[int, date] = field(default_factory=dict)
    updates: dict[tuple[int, date], StatusUpdate] = field(default_factory=dict)
    ratings: dict[tuple[int, date], AssuranceRating] = field(default_factory=dict)


def end_of(day: date) -> datetime:
    """The last second of a day in the organisation's time zone: when an imported status became known."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=timezone.get_default_timezone())


def known_for(work: Work, days: list[date]) -> Known:
    """Ten queries, whatever the number of rows."""
    projects = Project.objects.order_by("pk")
    if work.user is not None:
        projects = projects.allowed(work.user, "project.edit")
    if work.lock:
        projects = projects.select_for_update(of=("self",))
    known = Known({project.pk: project for project in projects.defer("search")})
    for pk, project in known.projects.items():
        known.by_reference[project.reference] = pk
        known.by_title.setdefault(title_key(project.title), []).append(pk)
    known.titles = TitleIndex({pk: project.title for pk, project in known.projects.items()})
    if work.options.system:
        for pk, value in ExternalIdentifier.objects.filter(system=work.options.system).values_list("project_id", "value"):
            if pk in known.projects:
                known.by_identifier[value] = pk
                known.identifier_of[pk] = value
            else:
                known.taken_identifiers.add(value)
    for pk, name, code in OrganisationUnit.objects.order_by("-pk").values_list("pk", "name", "code"):
        known.names["unit", pk] = {code.casefold(), name.casefold()}
        for text in (code, name):
            if text:
                known.units[text.casefold()] = pk
    for kind, model, names in (("portfolio", Portfolio, known.portfolios), ("programme", Programme, known.programmes)):
        for pk, name, reference in model.objects.order_by("-pk").values_list("pk", "name", "reference"):
            known.names[kind, pk] = {name.casefold(), reference.casefold()}
            names[name.casefold()] = names[reference.casefold()] = pk
    if {"sponsor", "manager"} & set(work.mapping.values()):
        for pk, name, email in User.objects.filter(is_active=True).values_list("pk", "name", "email"):
            known.people[email.casefold()] = pk
            known.people[name.casefold()] = None if name.casefold() in known.people else pk
    if work.user is not None and "is_confidential" in work.mapping.values():
        known.confidable = set(Project.objects.allowed(work.user, "project.confide").values_list("pk", flat=True))
    known.custom_keys = set(CustomField.objects.values_list("key", flat=True))
    if days:
        _known_history(known, work, days)
    return known


def _known_history(known: Known, work: Work, days: list[date]) -> None:
    """What was already imported for the file's days, and the newest day on which each project was known or edited."""
    series = StatusSeries.objects.filter(key=work.options.series).values_list("pk", flat=True).first()
    updates = StatusUpdate.objects.ever_published().filter(series=series)
    for project, newest in updates.values_list("project_id").annotate(newest=Max("effective_at")).order_by():
        known.newest[project] = timezone.localdate(newest)
    imported = updates.filter(period__calendar__name__startswith=IMPORTED, period__ends_on__in=days).select_related("period")
    for update in imported.order_by("revision"):
        known.updates[update.project_id, update.period.ends_on] = update
    for project, newest in edited_by_hand(days[0]).items():
        known.newest[project] = max(known.newest.get(project, newest), newest)
    around = Q()
    for day in days:
        around |= Q(effective_at__gte=end_of(day), effective_at__lt=end_of(day) + timedelta(seconds=1))
    for rating in AssuranceRating.objects.filter(around).order_by("effective_at"):
        known.ratings[rating.project_id, timezone.localdate(rating.effective_at)] = rating


def edited_by_hand(since: date) -> dict[int, date]:
    """The last day after `since` on which each project was changed by a person, other than by a file. One query."""
    events = Project.pgh_event_model.objects.filter(pgh_context__metadata__has_key="user")  # type: ignore[attr-defined]
    by_hand = events.exclude(pgh_context__metadata__action=APPLIED).filter(pgh_created_at__gt=end_of(since))
    newest = by_hand.values_list("pgh_obj_id").annotate(newest=Max("pgh_created_at")).order_by()
    return {project: timezone.localdate(moment) for project, moment in newest}
