"""The overview that an address asks for: the same for the page, its fragments and the API.

`query` holds the filters by name, `as_of` and `since` (ISO days); a value that nothing has fits no project, and `form` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from accounts.models import RoleGrant
from core.unchanged import Clock, read_clock
from portfolio.models import Membership, ProjectObjective, StatusDecision
from portfolio.models.asof import moment_of, read_day
from reporting.collect import overview_registers
from reporting.collect.overview import Overview, overview
from reporting.collect.overview_picture import TABLES as PICTURE_TABLES
from reporting.collect.overview_picture import narrowed, read_picture
from reporting.collect.since import TABLES as SINCE_TABLES
from reporting.collect.since import Since, since_of
from reporting.forms.overview import OverviewForm

# Everything the overview is made of; the history of these tables tells whether a page made before still holds.
TABLES = (*PICTURE_TABLES, RoleGrant, Membership, ProjectObjective, StatusDecision, *SINCE_TABLES)
REGISTER_TABLES = (*TABLES, *overview_registers.TABLES)
# What a selection narrows that the lists of the registers can be narrowed by, too.
LISTED = ("portfolio", "programme")


@dataclass(frozen=True)
class Asked:
    """The overview as asked for. `as_of`: the day in the past that it shows, None: now."""

    found: Overview
    form: OverviewForm
    as_of: date | None


def overview_asked(user: Any, query: Mapping[str, str], clock: Clock | None = None) -> Asked:
    """What the person sees of the selection on the day."""
    as_of = read_day(query.get("as_of", ""))
    clock = clock or read_clock(TABLES)
    picture = read_picture(user, moment_of(as_of), clock)
    form = OverviewForm(query, picture=picture)
    selection = form.selection()
    since = since_of(user, selection, today=picture.today, chosen=form.since_on(picture.today), clock=clock)
    return Asked(overview(picture, selection, since), form, as_of if picture.at else None)


def registers_asked(
    user: Any, query: Mapping[str, str], clock: Clock | None = None
) -> tuple[overview_registers.RegistersFound, Since, OverviewForm]:
    """The registers of the same selection, as they stand today, since when their changes count, and the filters."""
    clock = clock or read_clock(REGISTER_TABLES)
    picture = read_picture(user, None, clock)
    form = OverviewForm(query, picture=picture)
    selection = form.selection()
    since = since_of(user, selection, today=picture.today, chosen=form.since_on(picture.today), clock=clock)
    inside = None
    if not selection.is_empty:
        inside = Q(project__in=[row.pk for row in narrowed(picture, selection)])
        for name in LISTED:
            if getattr(selection, name):
                inside |= Q(**{name: getattr(selection, name)})
    lists = {name: getattr(selection, name) for name in LISTED if getattr(selection, name)}
    found = overview_registers.registers_found(user, inside=inside, since=since.moment, today=picture.today, query=lists)
    return found, since, form
