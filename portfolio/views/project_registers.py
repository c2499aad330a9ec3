"""The registers on the page of a project, programme or portfolio: what is open, what moved since, what it is worth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import nsmallest
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.access import project_for
from portfolio.access_entries import scope_actions
from portfolio.actions.raid import ENDED
from portfolio.actions.risks import current_scale
from portfolio.formulas.raid_counts import Item, KindCount, Registers, add_up, weight
from portfolio.models import Project
from portfolio.models.raid_counts import read_items, read_project_items
from portfolio.registers import KINDS
from portfolio.views.dependencies import contract_columns
from portfolio.views.projects import project_page
from portfolio.wording_raid import count_words, movement_words

SHOWN = 6
DAYS = 30
LATEST = date.max


@dataclass(frozen=True)
class Line:
    """One entry as the page lists it, in words: equal lines are drawn once. `side`: of a dependency, what it is for this project."""

    item: Item
    url: str
    state: str
    late: bool
    moved: str = ""
    side: str = ""
    review_late: bool = False


@dataclass(frozen=True)
class Section:
    """One register of a scope: the weightiest open entries, numbers, and where all of them are."""

    key: str
    icon: str
    plural: str
    noun: str
    count: KindCount
    words: str
    lines: tuple[Line, ...]
    more: int
    list_url: str
    add_url: str


def line_of(item: Item, on: date, project: Project | None = None) -> Line:
    """An item, ready to be shown."""
    register = KINDS[item.kind]
    side = ""
    if item.kind == "dependency" and project is not None:
        side = _("gets") if item.project == project.pk else _("gives")
    elif project is not None and item.project != project.pk:
        side = _("shared, %(scope)s") % {"scope": item.place} if item.place else _("shared")
    return Line(
        item,
        reverse(f"portfolio:{item.kind}-detail", args=[item.reference]),
        str(register.state(item.status).label),
        item.is_overdue(on),
        movement_words(item) if item.kind == "risk" else "",
        side,
        item.is_review_overdue(on),
    )


def urgency(item: Item) -> tuple[Any, ...]:
    """Sort key: risks and issues by weight, the others by day."""
    if item.kind in ("risk", "issue"):
        return weight(item)
    return (item.due_on or LATEST, item.reference)


def sections_of(
    items: Sequence[Item],
    told: Registers,
    on: date,
    *,
    query: str,
    add: str,
    project: Project | None = None,
    kinds: Iterable[str] = KINDS,
) -> list[Section]:
    """One section a register, those with something in it first; `told`: the numbers of the items. `query` narrows the lists; `add`:
    the scope's reference, "" for who may not add."""
    found, open_ones = [], dict[str, list[Item]]()
    for item in items:
        if item.is_open:
            open_ones.setdefault(item.kind, []).append(item)
    for kind in kinds:
        mine = open_ones.get(kind, [])
        count, register = told.of(kind), KINDS[kind]
        found.append(
            Section(
                kind,
                register.icon,
                str(register.plural),
                str(register.noun),
                count,
                count_words(count),
                tuple(line_of(item, on, project) for item in nsmallest(SHOWN, mine, key=urgency)),
                max(len(mine) - SHOWN, 0),
                f"{reverse(f'portfolio:{kind}-list')}?{query}",
                f"{reverse(f'portfolio:{kind}-create')}?scope={add}" if add else "",
            )
        )
    return found


def since_of(project: Project) -> tuple[datetime, bool]:
    """The moment that numbers are compared with: the last published update, else DAYS days ago; and whether it is an update."""
    update = project.current_update
    if update is not None and update.effective_at is not None:
        return update.effective_at, True
    return timezone.now() - timedelta(days=DAYS), False


def registers_of(user: Any, project: Project) -> tuple[list[Item], Registers, datetime, bool]:
    """The entries of a project that the reader may see, their numbers, and since when. Two queries."""
    since, is_update = since_of(project)
    items = read_project_items(user, project.pk, since=since, scale=current_scale())
    return items, add_up(items, on=timezone.localdate()), since, is_update


def project_registers(request: HttpRequest, reference: str) -> HttpResponse:
    """All registers of one project, as they stand today."""
    project, context = project_page(request, reference, "registers")
    items, told, since, is_update = registers_of(request.user, project)
    writes = "register.edit" in context["actions"] and project.archived_at is None and project.phase not in ENDED
    on = timezone.localdate()
    context |= {
        "sections": sections_of(
            items,
            told,
            on,
            query=f"project={project.reference}",
            add=project.reference if writes else "",
            project=project,
            kinds=[kind for kind in KINDS if kind != "dependency"],
        ),
        "contracts": contract_columns(request.user, project),
        "contracts_add_url": f"{reverse('portfolio:dependency-create')}?scope={project.reference}" if writes else "",
        "map_url": f"{reverse('portfolio:dependency-map')}?scope={project.reference}",
        "told": told,
        "since": since,
        "since_update": is_update,
        "matrix_url": f"{reverse('portfolio:risk-matrix')}?scope={project.reference}",
        "today": on,
        "no_as_of": True,
    }
    return render(request, "portfolio/raid/project_registers.html", context)


def registers_panel(request: HttpRequest, reference: str) -> HttpResponse:
    """The counts and the three weightiest risks, for the overview of the project."""
    project = project_for(request.user, reference, "project.view")
    _items, told, since, is_update = registers_of(request.user, project)
    on = timezone.localdate()
    context = {
        "project": project,
        "counts": [
            {"kind": KINDS[count.kind], "count": count, "words": count_words(count)}
            for count in sorted(told.counts, key=lambda count: list(KINDS).index(count.kind))
            if not count.is_empty
        ],
        "top": [line_of(item, on, project) for item in told.top[:3]],
        "since": since,
        "since_update": is_update,
    }
    return render(request, "portfolio/raid/_project_panel.html", context)


def own_registers(user: Any, scope: Any) -> dict[str, Any]:
    """The registers of a programme or portfolio itself, for its page. Two or three queries."""
    noun = scope._meta.model_name
    since, on = timezone.now() - timedelta(days=DAYS), timezone.localdate()
    items = read_items(user, Q(**{noun: scope}), since=since, scale=current_scale())
    writes = "register.edit" in scope_actions(user, scope) and scope.archived_at is None
    told = add_up(items, on=on)
    sections = sections_of(items, told, on, query=f"{noun}={scope.pk}", add=scope.reference if writes else "")
    return {
        "register_sections": [section for section in sections if section.lines],
        "register_lists": [section for section in sections if section.key != "dependency"],
        "matrix_url": f"{reverse('portfolio:risk-matrix')}?scope={scope.reference}",
    }
