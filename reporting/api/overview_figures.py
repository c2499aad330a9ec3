"""What the overview answers with: its figures, lists and registers, each field in words."""

from typing import Any

from rest_framework import serializers


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
