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


def amount(**options: Any) -> Any:
    """A sum of money."""
    return serializers.DecimalField(max_digits=24, decimal_places=2, **options)


def percent() -> Any:
    """A share in percent; null where there is nothing to divide by."""
    return serializers.DecimalField(max_digits=24, decimal_places=1, allow_null=True)


class CountsSerializer(serializers.Serializer[Any]):
    """Projects by rating; `grey`: no data."""

    red = serializers.IntegerField()
    amber = serializers.IntegerField()
    green = serializers.IntegerField()
    blue = serializers.IntegerField()
    grey = serializers.IntegerField()


class RatingsSerializer(serializers.Serializer[Any]):
    """Overall as declared, computed and assured; where the facts, or the assurance, say worse than declared."""

    declared = CountsSerializer()
    computed = CountsSerializer()
    assured = CountsSerializer()
    computed_worse = serializers.IntegerField()
    assured_worse = serializers.IntegerField()


class DimensionsSerializer(serializers.Serializer[Any]):
    """Every dimension as declared."""

    overall = CountsSerializer()
    schedule = CountsSerializer()
    cost = CountsSerializer()
    scope = CountsSerializer()
    benefits = CountsSerializer()
    risk = CountsSerializer()
    resources = CountsSerializer()


class MoneySerializer(serializers.Serializer[Any]):
    """The totals of one currency. `variance`: forecast minus budget of the `compared` projects that have both. A sum
    that no project states is null."""

    currency = serializers.CharField()
    projects = serializers.IntegerField()
    budget = amount(source="stated_budget", allow_null=True)
    forecast = amount(source="stated_forecast", allow_null=True)
    spend = amount(source="stated_spend", allow_null=True)
    without_budget = serializers.IntegerField()
    without_forecast = serializers.IntegerField()
    without_spend = serializers.IntegerField()
    compared = serializers.IntegerField()
    variance = amount()
    variance_percent = percent()
    spent_percent = percent()


class BridgeStepSerializer(serializers.Serializer[Any]):
    """A project's part of the difference; without a reference: `projects` others together."""

    reference = serializers.CharField(allow_null=True)
    title = serializers.CharField(allow_null=True)
    amount = amount()
    projects = serializers.IntegerField()


class BridgeSerializer(serializers.Serializer[Any]):
    """From the budget to the forecast of the projects in one currency that have both. `approved_*`: what approved changes added to
    these budgets."""

    currency = serializers.CharField()
    budget = amount()
    forecast = amount()
    projects = serializers.IntegerField()
    left_out = serializers.IntegerField()
    steps = BridgeStepSerializer(many=True)
    approved_amount = amount()
    approved_changes = serializers.IntegerField()


class FreshnessSerializer(serializers.Serializer[Any]):
    """How old the ratings of running projects are."""

    fresh = serializers.IntegerField()
    stale = serializers.IntegerField()
    never = serializers.IntegerField()
    total = serializers.IntegerField()
    newest = serializers.DateTimeField(allow_null=True)
    oldest = serializers.DateTimeField(allow_null=True)


class PointSerializer(serializers.Serializer[Any]):
    """Running projects by declared rating at a month's end, the last one today; `disagree`: the facts say worse."""

    on = serializers.DateField()
    red = serializers.IntegerField()
    amber = serializers.IntegerField()
    green = serializers.IntegerField()
    disagree = serializers.IntegerField()
    rated = serializers.IntegerField()


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a project needs attention."""

    code = serializers.CharField()
    words = serializers.CharField()


class AttentionSerializer(serializers.Serializer[Any]):
    """A project that needs attention; the highest `rank` first."""

    reference = serializers.CharField()
    title = serializers.CharField()
    manager = serializers.CharField(allow_blank=True)
    rank = serializers.IntegerField()
    declared = serializers.CharField(allow_blank=True)
    computed = serializers.CharField(allow_blank=True)
    assured = serializers.CharField(allow_blank=True)
    reasons = ReasonSerializer(many=True)


class MovedCountsSerializer(serializers.Serializer[Any]):
    """How much changed since the day compared with."""

    worse = serializers.IntegerField()
    better = serializers.IntegerField()
    finish = serializers.IntegerField()
    money = serializers.IntegerField()
    entered = serializers.IntegerField()
    left = serializers.IntegerField()


class SinceSerializer(serializers.Serializer[Any]):
    """What it is compared with: the end of a day, or the report that was made then."""

    day = serializers.DateField()
    report = serializers.CharField(allow_blank=True)


class MilestoneLineSerializer(serializers.Serializer[Any]):
    """An open milestone that is missed or near; `due_on` is its forecast, else its plan."""

    reference = serializers.CharField(source="row.reference")
    project = serializers.CharField(source="row.title")
    title = serializers.CharField()
    planned_on = serializers.DateField()
    due_on = serializers.DateField()
    slip_days = serializers.IntegerField()


class DecisionLineSerializer(serializers.Serializer[Any]):
    """A decision that the newest update of a project asks for."""

    reference = serializers.CharField(source="row.reference")
    project = serializers.CharField(source="row.title")
    text = serializers.CharField()
    decider = serializers.CharField(allow_blank=True)
    due_on = serializers.DateField(allow_null=True)
    overdue = serializers.BooleanField()


class OverviewSerializer(serializers.Serializer[Any]):
    """The overview. `unnamed`: confidential projects that count in it without their names; where they are few, their ratings and
    amounts are left out. `attention`: the most pressing of `attention_count`, the others are rows of the figure."""

    as_of = serializers.DateField(allow_null=True)
    since = SinceSerializer()
    projects = serializers.IntegerField()
    projects_before = serializers.IntegerField()
    running = serializers.IntegerField()
    unnamed = serializers.IntegerField()
    rated = serializers.IntegerField()
    ratings = RatingsSerializer()
    ratings_before = RatingsSerializer()
    dimensions = DimensionsSerializer()
    money = MoneySerializer(many=True)
    bridges = BridgeSerializer(many=True)
    freshness = FreshnessSerializer()
    updates_overdue = serializers.IntegerField()
    decisions = serializers.IntegerField()
    decisions_overdue = serializers.IntegerField()
    milestones_missed = serializers.IntegerField()
    milestones_ahead = serializers.IntegerField()
    milestones = MilestoneLineSerializer(many=True)
    attention_count = serializers.IntegerField()
    attention = AttentionSerializer(many=True)
    changes = MovedCountsSerializer()
    trend = PointSerializer(many=True)


class StandingSerializer(serializers.Serializer[Any]):
    """A project as it stood. Ratings are empty where none was given."""

    reference = serializers.CharField()
    title = serializers.CharField()
    manager = serializers.CharField(allow_blank=True)
    phase = serializers.CharField()
    tier = serializers.IntegerField()
    currency = serializers.CharField()
    budget = amount(allow_null=True)
    forecast = amount(allow_null=True)
    spend = amount(allow_null=True)
    planned_finish_on = serializers.DateField(allow_null=True)
    finish_on = serializers.DateField(allow_null=True)
    declared = serializers.CharField(allow_blank=True)
    computed = serializers.CharField(allow_blank=True)
    assured = serializers.CharField(allow_blank=True)
    reported_at = serializers.DateTimeField(allow_null=True)
    reasons = ReasonSerializer(many=True)


class OverviewRowsSerializer(serializers.Serializer[Any]):
    """The projects behind a figure, with the formula and the totals of all of them. `unnamed`: those that count without a name."""

    label = serializers.CharField()
    formula = serializers.CharField()
    unnamed = serializers.IntegerField()
    totals = MoneySerializer(many=True)
    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = StandingSerializer(many=True)


class TurnSerializer(serializers.Serializer[Any]):
    """A rating that moved: the declared or the assured one."""

    reference = serializers.CharField(source="row.reference")
    title = serializers.CharField(source="row.title")
    rating = serializers.CharField(source="kind")
    before = serializers.CharField()
    now = serializers.CharField()


class SlipSerializer(serializers.Serializer[Any]):
    """A finish that moved; days above zero: later."""

    reference = serializers.CharField(source="row.reference")
    title = serializers.CharField(source="row.title")
    before = serializers.DateField()
    now = serializers.DateField()
    days = serializers.IntegerField()


class ShiftSerializer(serializers.Serializer[Any]):
    """A budget or forecast that moved."""

    reference = serializers.CharField(source="row.reference")
    title = serializers.CharField(source="row.title")
    currency = serializers.CharField(source="row.currency")
    figure = serializers.CharField(source="field")
    before = amount()
    now = amount()


class NamedSerializer(serializers.Serializer[Any]):
    """A project that entered or left."""

    reference = serializers.CharField()
    title = serializers.CharField()


class ChangesSerializer(serializers.Serializer[Any]):
    """Everything that moved, the largest first."""

    since = SinceSerializer()
    worse = TurnSerializer(many=True)
    better = TurnSerializer(many=True)
    finish = SlipSerializer(many=True)
    money = ShiftSerializer(many=True)
    entered = NamedSerializer(many=True)
    left = NamedSerializer(many=True)


class RegisterSerializer(serializers.Serializer[Any]):
    """Entries of one register: open now; new and closed since the day; open and past their day."""

    kind = serializers.CharField(source="count.kind")
    open = serializers.IntegerField(source="count.open")
    new = serializers.IntegerField(source="count.new")
    closed = serializers.IntegerField(source="count.closed")
    overdue = serializers.IntegerField(source="count.overdue")


class NeedSerializer(serializers.Serializer[Any]):
    """Something that needs somebody."""

    count = serializers.IntegerField(source="number")
    words = serializers.CharField()


class PressingSerializer(serializers.Serializer[Any]):
    """A red risk that nothing is done about."""

    reference = serializers.CharField()
    title = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    score = serializers.IntegerField(allow_null=True)


class RegisterExposureSerializer(serializers.Serializer[Any]):
    """What open risks of one currency are worth; threats are zero or below."""

    currency = serializers.CharField()
    threats = amount()
    opportunities = amount()
    net = amount()


class RegisterFiguresSerializer(serializers.Serializer[Any]):
    """The registers of the selection, as they stand today. `raised`, `lowered`: threats rated higher or lower than on the day."""

    since = SinceSerializer()
    registers = RegisterSerializer(many=True, source="rows")
    needs = NeedSerializer(many=True)
    pressing = PressingSerializer(many=True)
    exposure = RegisterExposureSerializer(many=True, source="worth")
    raised = serializers.IntegerField()
    lowered = serializers.IntegerField()


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
