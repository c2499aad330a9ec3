"""The portfolio overview as figures: what the page says, from the same sums, today or as of a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import RoomViewSet
from portfolio.models import Project
from portfolio.models.asof import Standing
from reporting.api.overview_figures import (
    AttentionSerializer,
    ChangesSerializer,
    DecisionLineSerializer,
    MilestoneLineSerializer,
    OverviewRowsSerializer,
    OverviewSerializer,
    RegisterFiguresSerializer,
)
from reporting.collect.overview import Overview
from reporting.collect.overview_address import Asked, overview_asked, registers_asked
from reporting.collect.overview_parts import ATTENTION, reasons_of
from reporting.collect.overview_rows import FIGURES, rows_behind
from reporting.forms.overview import OverviewForm
from reporting.formulas.attention import Attention
from reporting.formulas.totals import totals

BY_KEY = ("portfolio", "programme", "unit", "objective", "sponsor", "manager", "tier")
SELECTED = [
    *(OpenApiParameter(name, int, description=f"Only of this {name}, by its number.") for name in BY_KEY),
    OpenApiParameter("phase", str, description="Only projects in this phase."),
    OpenApiParameter("category", str, description="Only projects of this category."),
    OpenApiParameter("since", date, description="Changes are counted from the end of this day; else from the last report."),
]
ASKED = [*SELECTED, OpenApiParameter("as_of", date, description="As it stood at the end of this day; else now.")]
PAGED = [OpenApiParameter("limit", int), OpenApiParameter("offset", int)]


def refuse(form: OverviewForm) -> None:
    """Raise 400 with a sentence for each filter that does not fit; the page shows everything instead."""
    if form.errors:
        raise serializers.ValidationError({name: [str(one) for one in errors] for name, errors in form.errors.items()})


def attention_of(found: Overview, items: Iterable[Attention]) -> list[dict[str, Any]]:
    """These projects with their reasons in words."""
    people = found.picture.names.people
    return [
        {
            "reference": item.row.reference,
            "title": item.row.title,
            "manager": people.get(item.row.manager_id, ""),
            "rank": item.rank,
            **ratings_of(item.row),
            "reasons": words_of(item),
        }
        for item in items
    ]


def words_of(item: Attention) -> list[dict[str, str]]:
    """The reasons in words."""
    return [{"code": code, "words": words} for code, words in reasons_of(item)]


def ratings_of(row: Standing) -> dict[str, str]:
    """The three ratings of a project."""
    return {"declared": row.overall or "", "computed": row.computed_overall or "", "assured": row.assurance or ""}


def bridges_of(found: Overview) -> list[dict[str, Any]]:
    """From budget to forecast, one a currency in which there is something to compare."""
    bridges = []
    for one in found.bridges:
        if one.projects:
            added = found.changed_in(one.currency)
            steps = [
                {
                    "reference": step.row.reference if step.row else None,
                    "title": step.row.title if step.row else None,
                    "amount": step.amount,
                    "projects": step.projects,
                }
                for step in one.steps
            ]
            bridges.append(vars(one) | {"steps": steps, "approved_amount": added.amount, "approved_changes": added.changes})
    return bridges


def sums_of(found: Overview) -> dict[str, Any]:
    """What OverviewSerializer writes of an overview."""
    moved = found.movement
    plain = (
        "since",
        "ratings",
        "ratings_before",
        "dimensions",
        "money",
        "freshness",
        "trend",
        "milestones",
        "decisions_overdue",
    )
    return {name: getattr(found, name) for name in (*plain, "milestones_missed", "milestones_ahead")} | {
        "projects": len(found.rows),
        "projects_before": len(found.before),
        "running": found.running_count,
        "unnamed": found.hidden_count,
        "rated": len(found.rated),
        "bridges": bridges_of(found),
        "updates_overdue": found.late_count,
        "decisions": len(found.decisions),
        "attention_count": len(found.attention),
        "attention": attention_of(found, found.attention[:ATTENTION]),
        "changes": {
            "worse": len(moved.worse),
            "better": len(moved.better),
            "finish": len(moved.slips),
            "money": len(moved.shifts),
            "entered": len(moved.entered),
            "left": len(moved.left),
        },
    }


class OverviewViewSet(RoomViewSet):
    """The portfolio overview of the projects that the person may see; confidential ones count in it as on the page."""

    serializer_class = OverviewSerializer
    queryset = Project.objects.none()

    def _query(self) -> dict[str, str]:
        """The filters that are asked for; 400 for a day that is none."""
        query: dict[str, Any] = {name: value for name, value in self.request.query_params.items() if value}
        if "as_of" in query:
            try:
                serializers.DateField().run_validation(query["as_of"])
            except serializers.ValidationError as error:
                raise serializers.ValidationError({"as_of": error.detail}) from error
        return query

    def _asked(self) -> Asked:
        """What the address asks for."""
        asked = overview_asked(self.request.user, self._query())
        refuse(asked.form)
        return asked

    def _page(self, serializer: Any, rows: Sequence[Any]) -> Response:
        """A page of these rows."""
        return self.get_paginated_response(serializer(self.paginate_queryset(rows), many=True).data)  # type: ignore[arg-type]

    @extend_schema(responses=forced_singular_serializer(OverviewSerializer), filters=False, parameters=ASKED)
    def list(self, request: Request) -> Response:
        """Key figures, health by dimension, money, freshness, trend, and what needs attention most."""
        asked = self._asked()
        return Response(OverviewSerializer(sums_of(asked.found) | {"as_of": asked.as_of}).data)

    @extend_schema(responses=AttentionSerializer(many=True), filters=False, parameters=ASKED)
    @action(detail=False)
    def attention(self, request: Request) -> Response:
        """Every project that needs attention, the most pressing first, with its reasons."""
        found = self._asked().found
        return self._page(AttentionSerializer, attention_of(found, found.attention))

    @extend_schema(responses=ChangesSerializer, filters=False, parameters=ASKED)
    @action(detail=False)
    def changes(self, request: Request) -> Response:
        """What moved since the day compared with: ratings, finish dates, money, projects that entered or left."""
        found = self._asked().found
        moved = found.movement
        lists = {"worse": moved.worse, "better": moved.better, "finish": moved.slips, "money": moved.shifts}
        return Response(ChangesSerializer(lists | {"since": found.since, "entered": moved.entered, "left": moved.left}).data)

    @extend_schema(responses=MilestoneLineSerializer(many=True), filters=False, parameters=ASKED)
    @action(detail=False)
    def milestones(self, request: Request) -> Response:
        """Every open milestone that is missed or near, the earliest first."""
        return self._page(MilestoneLineSerializer, self._asked().found.milestones_open)

    @extend_schema(responses=DecisionLineSerializer(many=True), filters=False, parameters=ASKED)
    @action(detail=False)
    def decisions(self, request: Request) -> Response:
        """Every decision that the newest updates ask for."""
        return self._page(DecisionLineSerializer, self._asked().found.decisions)

    @extend_schema(
        responses=OverviewRowsSerializer,
        filters=False,
        parameters=[
            *ASKED,
            *PAGED,
            OpenApiParameter("figure", str, required=True, enum=sorted(FIGURES), description="Whose projects."),
            OpenApiParameter("value", str, description="The rating, or the currency, where the figure has several."),
        ],
    )
    @action(detail=False)
    def rows(self, request: Request) -> Response:
        """The projects behind one figure, with its formula and totals; 404 for an unknown figure or value."""
        key, value = request.query_params.get("figure", ""), request.query_params.get("value", "")
        figure = FIGURES.get(key)
        if figure is None or (figure.values and value not in figure.values):
            raise NotFound
        found = self._asked().found
        if figure.by_currency and value not in {line.currency for line in found.money}:
            raise NotFound
        rows, unnamed = rows_behind(found, key, value)
        page: Any = self.paginate_queryset(rows)  # type: ignore[arg-type]
        people, items = found.picture.names.people, {item.row.pk: item for item in found.attention}
        results = [
            row._asdict()
            | ratings_of(row)
            | {
                "manager": people.get(row.manager_id, ""),
                "finish_on": row.finish_on,
                "reasons": words_of(items[row.pk]) if row.pk in items else [],
            }
            for row in page
        ]
        whole: Any = self.get_paginated_response(results).data
        about = {"label": str(figure.label), "formula": str(figure.formula), "unnamed": unnamed, "totals": totals(rows)}
        return Response(OverviewRowsSerializer(whole | about).data)

    @extend_schema(responses=RegisterFiguresSerializer, filters=False, parameters=SELECTED)
    @action(detail=False)
    def registers(self, request: Request) -> Response:
        """The registers of the same selection, as they stand today: counts, exposure, what needs somebody."""
        found, since, form = registers_asked(request.user, self._query())
        refuse(form)
        return Response(RegisterFiguresSerializer(vars(found) | {"since": since}).data)
