"""The figures of a report, read once for its owner and then cut to what each reader may see."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import below
from accounts.models import OrganisationUnit
from portfolio.actions.risks import current_scale
from portfolio.formulas.raid_counts import Item, add_up, on_project, waiting, weight
from portfolio.models import (
    DIMENSIONS,
    Entry,
    EntryLink,
    HealthThreshold,
    Milestone,
    Portfolio,
    Programme,
    Project,
    Risk,
    RiskReading,
    StatusDecision,
    StatusUpdate,
)
from portfolio.models.asof import MAIN_SERIES
from portfolio.models.raid_counts import of_projects, read_items, with_sharers
from portfolio.models.visibility import ProjectQuerySet, scopes_of
from reporting.formulas import snapshot as data
from reporting.formulas.matrix import Matrix, filled
from reporting.wording import period_words

TRAIL = 12
MILESTONES = 8
# A page bears this much of one text; the product shows the rest.
TEXT = 3_000
ENDED = ["closed", "cancelled"]
# Registers compare with the last report, and with so many days ago where there is none.
DAYS = 30
TOLD_OF = ("risk", "issue")
"""Of these registers a report names what ended."""
RISKS_SHOWN, RISKS_OF_A_PROJECT, ENDED_SHOWN = 12, 3, 12


@dataclass(frozen=True)
class Scope:
    """What a report is about, from a schedule or from a page. Empty filters do not narrow."""

    report: str
    title: str
    portfolio: Any = None
    programme: Any = None
    project: Any = None
    unit: Any = None
    objective: Any = None
    sponsor: Any = None
    tier: int | None = None
    phase: str = ""
    classification: str = ""
    kind: str = ""
    language: str = "en-gb"
    paper: str = "A4"

    @property
    def is_whole(self) -> bool:
        """Whether nothing is narrowed."""
        related = (self.portfolio, self.programme, self.project, self.unit, self.objective, self.sponsor)
        return not (any(related) or self.tier or self.phase)


def scope_of(schedule: Any) -> Scope:
    """The scope of a schedule."""
    return Scope(
        schedule.report,
        schedule.name,
        schedule.portfolio,
        schedule.programme,
        schedule.project,
        schedule.unit,
        schedule.objective,
        schedule.sponsor,
        schedule.tier,
        schedule.phase,
        schedule.classification,
        schedule.kind,
        schedule.language,
        schedule.paper,
    )


def projects_in(scope: Scope, user: Any) -> ProjectQuerySet:
    """The projects in the scope that the user may see. Up to two queries for what lies below a portfolio or unit."""
    projects: ProjectQuerySet = Project.objects.visible_to(user).active()
    if scope.project:
        return projects.filter(pk=scope.project.pk)
    projects = projects.filter(phase=scope.phase) if scope.phase else projects.exclude(phase__in=ENDED)
    if scope.portfolio:
        ids = below(dict(Portfolio.objects.values_list("pk", "parent_id")), {scope.portfolio.pk})
        projects = projects.filter(Q(portfolio__in=ids) | Q(programme__portfolio__in=ids))
    if scope.programme:
        projects = projects.filter(programme=scope.programme)
    if scope.unit:
        projects = projects.filter(
            unit__in=below(dict(OrganisationUnit.objects.values_list("pk", "parent_id")), {scope.unit.pk})
        )
    if scope.objective:
        projects = projects.filter(objective_links__objective=scope.objective)
    if scope.sponsor:
        projects = projects.filter(sponsor=scope.sponsor)
    return projects.filter(tier=scope.tier) if scope.tier else projects


def scope_words(scope: Scope) -> str:
    """The scope in a few words."""
    parts = [str(one) for one in (scope.portfolio, scope.programme, scope.project, scope.unit) if one]
    if scope.objective:
        parts.append(_("objective “%(objective)s”") % {"objective": scope.objective})
    if scope.sponsor:
        parts.append(_("sponsored by %(person)s") % {"person": scope.sponsor})
    if scope.tier:
        parts.append(_("tier %(tier)s") % {"tier": scope.tier})
    if scope.phase:
        parts.append(str(dict(Project._meta.get_field("phase").flatchoices)[scope.phase]))  # type: ignore[attr-defined]
    return " · ".join(parts) or _("All running projects")


def collect(scope: Scope, owner: Any, *, at: datetime, since: datetime | None = None) -> data.Snapshot:
    """Everything the owner may see in the scope, as it stands; registers since that moment. Some twelve queries at any size."""
    as_at = timezone.localtime(at).date()
    thresholds = {row.tier: row.stale_after_days for row in HealthThreshold.objects.all()}
    projects = list(
        projects_in(scope, owner)
        .select_related("portfolio", "programme", "unit", "sponsor", "manager", "current_update__period", "current_assurance")
        .defer("search", "custom", "description")
        .order_by("reference")
    )
    ids = [project.pk for project in projects]
    decisions, milestones, trails = _decisions(projects), _milestones(ids), _trails(ids)
    default = thresholds.get(None, 45)
    since = since or at - timedelta(days=DAYS)
    return data.Snapshot(
        report=scope.report,
        title=scope.title,
        organisation=settings.ORGANISATION_NAME,
        scope=scope_words(scope),
        period=period_words(scope.kind, as_at),
        as_at=as_at,
        made_at=at,
        classification=scope.classification,
        language=scope.language,
        paper=scope.paper,
        stale_after_days=default,
        sheets=tuple(
            _sheet(
                project,
                as_at,
                thresholds.get(project.tier, default),
                decisions[project.current_update_id],
                milestones[project.pk],
                trails[project.pk],
            )
            for project in projects
        ),
        since=timezone.localtime(since).date(),
        items=tuple(_items(scope, owner, ids, since)),
        matrix=_scales(),
    )


def _items(scope: Scope, owner: Any, ids: list[int], since: datetime) -> list[Item]:
    """The register entries of the projects, and of what stands above them in the scope. Three queries, one more with a
    portfolio."""
    inside = of_projects(ids)
    if scope.report == "pack":
        if scope.is_whole:
            inside |= Q(project=None)
        elif scope.portfolio:
            nested = below(dict(Portfolio.objects.values_list("pk", "parent_id")), {scope.portfolio.pk})
            inside |= Q(portfolio__in=nested) | Q(programme__portfolio__in=nested)
        elif scope.programme:
            inside |= Q(programme=scope.programme)
    found = read_items(owner, inside, since=since, scale=current_scale())
    # What a project of the report gives to one outside of it is the other one's entry.
    known = set(ids)
    return _with_cells(
        _with_followers(with_sharers([item for item in found if item.project is None or item.project in known], ids)), since
    )


def _with_cells(items: list[Item], since: datetime) -> list[Item]:
    """The same items; risks with their place on the matrix, now and at that moment. Two queries."""
    risks = [item.pk for item in items if item.kind == "risk"]
    both = ("current_likelihood", "current_impact")
    now = {pk: (level, hit) for pk, level, hit in Risk.objects.filter(pk__in=risks).values_list("pk", *both) if level and hit}
    readings = RiskReading.objects.filter(entry__in=risks, at__lte=since).order_by("entry", "-at", "-pk").distinct("entry")
    then = {
        pk: (level, hit)
        for pk, is_open, level, hit in readings.values_list("entry", "is_open", *both)
        if is_open and level and hit
    }
    return [
        replace(item, cell=now.get(item.pk), cell_before=then.get(item.pk)) if item.kind == "risk" else item for item in items
    ]


def _scales() -> Matrix:
    """The organisation's scales, for a matrix that nothing lies in yet. One query."""
    scale = current_scale()
    places = {band.key: place for place, band in enumerate(scale.bands)}
    return Matrix(
        likelihood=tuple(level.label for level in scale.likelihood),
        impact=scale.impact,
        bands=tuple((band.label, band.tone) for band in scale.bands),
        cells=tuple(tuple(places[key] for key in row) for row in scale.cells),
    )


def _with_followers(items: list[Item]) -> list[Item]:
    """The same items; what ended with what was made of it, of the entries in the report. One query."""
    ended = [item.pk for item in items if item.is_closed_since and item.kind in TOLD_OF]
    rows = EntryLink.objects.filter(meaning="became", source__in=ended, target__in=[item.pk for item in items])
    made: dict[int, list[str]] = defaultdict(list)
    for source, reference in rows.order_by("pk").values_list("source", "target__reference"):
        made[source].append(reference)
    return [replace(item, became=tuple(made[item.pk])) if item.pk in made else item for item in items]


def guarded(whole: data.Snapshot) -> frozenset[int]:
    """The entries that not everybody on the projects may see: confidential ones, and those above the projects."""
    return frozenset(item.pk for item in whole.items if item.is_confidential or item.project is None)


@dataclass(frozen=True)
class Sight:
    """What of a report's registers a reader may see: of `guarded` these entries, and these programmes and portfolios above the
    projects, by reference. Who sees a risk only because a project shares it need not see what it belongs to."""

    entries: frozenset[int] = frozenset()
    places: frozenset[str] = frozenset()


def sight_of(whole: data.Snapshot, person: Any) -> Sight:
    """What a reader may see by their rights at this moment; an address outside: what is not confidential. Three queries for a
    person, none where nothing is guarded."""
    found = guarded(whole)
    above = {item.place for item in whole.items if item.pk in found and item.project is None} - {""}
    if not found:
        return Sight()
    if person is None:
        return Sight(
            frozenset(item.pk for item in whole.items if item.pk in found and not item.is_confidential), frozenset(above)
        )
    return Sight(
        frozenset(Entry.objects.visible_to(person).filter(pk__in=found).values_list("pk", flat=True)),
        frozenset(
            reference
            for model in (Programme, Portfolio)
            for reference in model.objects.visible_to(person).filter(reference__in=above).values_list("reference", flat=True)
        ),
    )


def _without_place(item: Item, sight: Sight) -> Item:
    """An entry above the projects without the name of what it belongs to, where its reader may not see that."""
    if item.project is not None or item.place in sight.places:
        return item
    return replace(item, place="", above=_("A programme or portfolio that you may not see"))


def for_reader(
    whole: data.Snapshot, scope: Scope, *, ids: Iterable[int], sight: Sight = Sight(), reader: Any = None
) -> data.Snapshot:
    """The snapshot cut to these projects, and of the guarded register entries to what the reader sees, with what counts for them
    without a name. At most one query."""
    shown = frozenset(ids)
    hidden: tuple[data.Hidden, ...] = ()
    if reader is not None and scope.is_whole and scopes_of(reader).rights.everywhere_may("project.view"):
        rows = Project.objects.hidden_in_totals(reader).active().exclude(phase__in=ENDED)
        hidden = tuple(
            data.Hidden(overall or "grey", *money)
            for overall, *money in rows.order_by("pk").values_list(
                "current_update__overall", "currency", "budget", "forecast", "spend"
            )
        )
    items, secret = [], guarded(whole)
    for item in whole.items:
        sharers = tuple(pk for pk in item.shared_by if pk in shown)
        here = item.project in shown if item.project is not None else scope.report == "pack" or bool(sharers)
        if here and (item.pk in sight.entries or item.pk not in secret):
            items.append(_without_place(replace(item, shared_by=sharers), sight))
    named_here = {item.reference for item in items}
    items = [
        replace(item, became=tuple(one for one in item.became if one in named_here)) if item.became else item for item in items
    ]
    sheets = tuple(_with_registers(sheet, items, whole.as_at) for sheet in whole.sheets if sheet.pk in shown)
    told = add_up(items, on=whole.as_at, top=RISKS_SHOWN)
    ended = sorted((item for item in items if item.is_closed_since and item.kind in TOLD_OF), key=weight)[:ENDED_SHOWN]
    above = tuple(waiting(item for item in items if item.project is None))
    named = {item.pk for item in (*told.top, *told.changes_decided, *ended, *above)}
    for sheet in sheets:
        if sheet.registers:
            named |= {item.pk for item in (*sheet.registers.top, *sheet.registers.changes_decided, *sheet.waiting)}
    counted = {item.pk for item in items if item.pk in secret}
    return replace(
        whole,
        sheets=sheets,
        hidden=hidden,
        registers=None if told.is_empty else told,
        ended=tuple(ended),
        waiting=above,
        entries=tuple(sorted(named | counted)),
        items=(),
        matrix=filled(whole.matrix, items) if whole.matrix is not None and not told.is_empty else None,
    )


def _with_registers(sheet: data.Sheet, items: list[Item], on: date) -> data.Sheet:
    """The sheet with what its registers say; as it is where they are empty."""
    mine = on_project(items, sheet.pk)
    if not mine:
        return sheet
    return replace(sheet, registers=add_up(mine, on=on, top=RISKS_OF_A_PROJECT), waiting=tuple(waiting(mine)[:10]))


def _decisions(projects: Iterable[Any]) -> dict[int | None, list[data.Decision]]:
    found: dict[int | None, list[data.Decision]] = defaultdict(list)
    updates = [project.current_update_id for project in projects if project.current_update_id]
    rows = StatusDecision.objects.filter(update__in=updates).order_by(F("due_on").asc(nulls_last=True), "pk")
    for update, text, decider, due_on in rows.values_list("update_id", "text", "decider", "due_on"):
        found[update].append(data.Decision(text, decider, due_on))
    return found


def _milestones(ids: list[int]) -> dict[int, list[data.Milestone]]:
    found: dict[int, list[data.Milestone]] = defaultdict(list)
    rows = Milestone.objects.filter(project__in=ids).order_by("planned_on", "pk")
    for project, title, planned, forecast, actual in rows.values_list(
        "project_id", "title", "planned_on", "forecast_on", "actual_on"
    ):
        found[project].append(data.Milestone(title, planned, forecast, actual))
    return found


def _trails(ids: list[int]) -> dict[int, list[tuple[str, dict[str, str]]]]:
    """The ratings of the last published updates, oldest first. One query."""
    newest = Window(RowNumber(), partition_by=F("project"), order_by=[F("effective_at").desc(), F("pk").desc()])
    rows = (
        StatusUpdate.objects.published()
        .filter(project__in=ids, series__key=MAIN_SERIES)
        .annotate(place=newest)
        .filter(place__lte=TRAIL)
        .order_by("project_id", "effective_at", "pk")
        .values_list("project_id", "period__ends_on", "overall", *DIMENSIONS)
    )
    found: dict[int, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    names = ("overall", *DIMENSIONS)
    for project, ends_on, *ratings in rows:
        found[project].append((ends_on.isoformat(), dict(zip(names, (rating or "" for rating in ratings), strict=True))))
    return found


def _cut(text: str) -> str:
    text = text.strip()
    if len(text) <= TEXT:
        return text
    return text[:TEXT].rsplit(" ", 1)[0][:TEXT] + " … " + _("(shortened; the whole text is in the product)")


def _sheet(
    project: Any,
    as_at: date,
    stale_after: int,
    decisions: list[data.Decision],
    milestones: list[data.Milestone],
    trail: list[tuple[str, dict[str, str]]],
) -> data.Sheet:
    update, assurance = project.current_update, project.current_assurance
    reported_on = timezone.localtime(update.effective_at).date() if update else None
    age = (as_at - reported_on).days if reported_on else None
    names = ("overall", *DIMENSIONS)
    return data.Sheet(
        pk=project.pk,
        reference=project.reference,
        title=project.title,
        purpose=_cut(project.purpose),
        portfolio=str(project.portfolio or ""),
        programme=str(project.programme or ""),
        unit=str(project.unit or ""),
        sponsor=str(project.sponsor or ""),
        manager=str(project.manager or ""),
        phase=project.get_phase_display(),
        tier=project.tier,
        is_confidential=project.is_confidential,
        planned_start_on=project.planned_start_on,
        planned_finish_on=project.planned_finish_on,
        forecast_finish_on=project.forecast_finish_on,
        actual_finish_on=project.actual_finish_on,
        currency=project.currency,
        budget=project.budget,
        forecast=project.forecast,
        spend=project.spend,
        benefits=project.benefits,
        contingency=project.contingency,
        ratings={name: getattr(update, name) or "" for name in names} if update else {},
        computed=update.computed_overall if update else "",
        assurance=assurance.rating if assurance else "",
        assured_on=timezone.localtime(assurance.effective_at).date() if assurance else None,
        reported_on=reported_on,
        period=str(update.period) if update else "",
        is_stale=age is not None and age > stale_after,
        age_days=age,
        percent_complete=update.percent_complete if update else None,
        summary=_cut(update.summary) if update else "",
        achieved=_cut(update.achieved) if update else "",
        planned_next=_cut(update.planned_next) if update else "",
        comments={name: _cut(str(text))[:600] for name, text in update.comments.items() if text} if update else {},
        decisions=tuple(decisions[:20]),
        milestones=tuple(_shown_milestones(milestones, as_at)),
        trail=tuple(trail),
    )


def _shown_milestones(milestones: list[data.Milestone], as_at: date) -> list[data.Milestone]:
    """The open ones first to come, and the latest reached before them; at most MILESTONES."""
    reached = sorted((one for one in milestones if one.actual_on), key=lambda one: one.actual_on or as_at)
    coming = sorted((one for one in milestones if not one.actual_on), key=lambda one: one.expected_on)
    shown = coming[: MILESTONES - min(2, len(reached))]
    return [*reached[-(MILESTONES - len(shown)) :], *shown] if reached else shown
