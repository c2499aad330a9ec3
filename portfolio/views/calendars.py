"""Pages of reporting calendars: list, add, edit."""

import django_filters as filters
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import may, require, require_to_open
from core.columns import Column, title_cell
from core.lists import Empty, Register
from core.views.editing import answer_form, typed
from portfolio.actions.calendars import create_calendar, edit_calendar
from portfolio.forms.calendars import CalendarForm
from portfolio.models import ReportingCalendar

FORM = "portfolio/calendars/calendar_form.html"


class CalendarFilters(filters.FilterSet):
    """Filters of the list of calendars."""

    q = filters.CharFilter(label=gettext_lazy("Search"), field_name="name", lookup_expr="icontains")
    is_active = filters.BooleanFilter(label=gettext_lazy("In use"))

    class Meta:
        model = ReportingCalendar
        fields: list[str] = []


def calendar_url(calendar: ReportingCalendar) -> str:
    """The page of a calendar."""
    return reverse("portfolio:calendar-edit", args=[calendar.pk])


def rows(user: object) -> "QuerySet[ReportingCalendar]":
    """All calendars with their projects and the end of the period that is being reported."""
    opened = Q(periods__opens_on__lte=timezone.localdate())
    return ReportingCalendar.objects.select_related("series", "portfolio").annotate(
        project_count=Count("duties", distinct=True), current_ends_on=Max("periods__ends_on", filter=opened)
    )


def whom(calendar: ReportingCalendar) -> str:
    """Which projects report in it, in words."""
    parts = [str(calendar.portfolio) if calendar.portfolio else "", calendar.get_tier_display() if calendar.tier else ""]
    return " · ".join(part for part in parts if part) or _("All others")


CALENDARS = Register(
    name="portfolio:calendar-list",
    title=gettext_lazy("Reporting calendars"),
    file_name="reporting-calendars",
    rows=rows,
    filters=CalendarFilters,
    link=calendar_url,
    order="name",
    empty=Empty(
        gettext_lazy("No reporting calendar yet"),
        gettext_lazy("A calendar says how often projects report, from when and by when. Without one, nobody is asked."),
        "calendar-days",
    ),
    columns=[
        Column(
            "name", gettext_lazy("Calendar"), "name", draw=lambda row: title_cell(calendar_url(row), row.name), order="name"
        ),
        Column("series", gettext_lazy("Series"), "series.name", order="series__name"),
        Column("cadence", gettext_lazy("How often"), lambda row: row.get_cadence_display(), "choice", order="cadence"),
        Column("whom", gettext_lazy("Projects of"), whom),
        Column("projects", gettext_lazy("Projects"), "project_count", "number", order="project_count"),
        Column("current", gettext_lazy("Period until"), "current_ends_on", "date", order="current_ends_on"),
        Column("review", gettext_lazy("Reviewed"), "review_required", "boolean", order="review_required"),
        Column("active", gettext_lazy("In use"), "is_active", "boolean", order="is_active"),
    ],
)


@require_GET
def calendar_list(request: HttpRequest) -> HttpResponseBase:
    """All reporting calendars."""
    require(request.user, "setup.view")
    primary = {"label": _("Add calendar"), "url": reverse("portfolio:calendar-create")}
    history = {"label": _("History"), "url": reverse("reporting:setup-history", args=["calendars"]), "icon": "history"}
    return CALENDARS.answer(
        request, primary=primary if may(request.user, "calendar.manage") else None, menu_items=[history], no_as_of=True
    )


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_create(request: HttpRequest) -> HttpResponse:
    """Add a calendar."""
    require(request.user, "calendar.manage")
    form = CalendarForm(request.POST or None)
    context = {
        "page_title": _("Add reporting calendar"),
        "cancel_url": reverse("portfolio:calendar-list"),
        "groups": form.groups(),
    }
    return answer_form(
        request,
        form,
        lambda valid: create_calendar(values=valid.values(), on=timezone.localdate()),
        done=calendar_url,
        template=FORM,
        context=context | {"submit": _("Add calendar"), "no_as_of": True},
        said=_("The calendar is in use. Its projects see what is due under My work."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A calendar with its periods; change it."""
    opened = require_to_open(request, read="setup.view", change="calendar.manage")
    calendar = get_object_or_404(ReportingCalendar.objects.select_related("series", "portfolio"), pk=pk)
    title = calendar.name
    form = CalendarForm(
        typed(request, lambda: CalendarForm(instance=get_object_or_404(ReportingCalendar, pk=pk))), instance=calendar
    )
    periods = calendar.periods.annotate(
        submitted=Count("updates__project", filter=Q(updates__state__in=["submitted", "published"]), distinct=True)
    )
    context = {
        "page_title": title,
        "calendar": calendar,
        "periods": list(periods.order_by("-ends_on")[:12]),
        "project_count": calendar.duties.count(),
        "cancel_url": reverse("portfolio:calendar-list"),
        "groups": form.groups(),
        "submit": _("Save changes"),
        "today": timezone.localdate(),
        "read_only": not opened,
        "no_as_of": True,
    }
    return answer_form(
        request,
        form,
        lambda valid: edit_calendar(
            calendar=calendar,
            values=valid.values(),
            version=valid.cleaned_data["version"] or 0,
            on=timezone.localdate(),
        ),
        done=lambda row: reverse("portfolio:calendar-list"),
        template=FORM,
        context=context,
        said=_("Saved. Periods that are not over follow the new rhythm."),
        remake=lambda current: CalendarForm(instance=current),
    )
