"""What an entry of a register is in the API: its fields, those of each kind, and what its verbs are sent and answer."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import User
from core.api.base import SeenRelatedField, VisibleRelatedField
from portfolio.actions.raid import DETAILS, OWN
from portfolio.models import Category, Entry, Portfolio, Programme, Project
from portfolio.registers import KINDS, MEANINGS

PEOPLE = User.objects.filter(is_active=True)
READ = ["reference", "status", "is_open", "closed_on", "outcome", "raised_by", "source", "version", "created_at", "updated_at"]
MOST_AT_ONCE = 500


class EntrySerializer(serializers.ModelSerializer[Entry]):
    """An entry of a register. It belongs to exactly one of project, programme and portfolio, named by reference; null stands for
    what you may not see. People are named by e-mail. `status` is moved by the route "move"."""

    project = SeenRelatedField(
        "reference", queryset=Project.objects.active(), column="seen_project", required=False, allow_null=True
    )
    programme = SeenRelatedField(
        "reference", queryset=Programme.objects.active(), column="seen_programme", required=False, allow_null=True
    )
    portfolio = SeenRelatedField(
        "reference", queryset=Portfolio.objects.active(), column="seen_portfolio", required=False, allow_null=True
    )
    owner = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True)
    raised_by = serializers.SlugRelatedField("email", read_only=True)
    category = serializers.PrimaryKeyRelatedField(queryset=Category.objects.all(), required=False, allow_null=True)
    raised_on = serializers.DateField(required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=50), required=False, max_length=50)

    class Meta:
        model = Entry
        fields = [
            "reference", "title", "description", "project", "programme", "portfolio", "owner", "raised_by", "raised_on", "due_on",
            "review_on", "status", "is_open", "closed_on", "outcome", "category", "tags", "is_confidential", "currency", "source",
            "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = READ
        extra_kwargs = {"currency": {"required": False}, "description": {"required": False}}

    kind = ""

    def get_fields(self) -> dict[str, Any]:
        """The shared fields, and those of the kind's own table."""
        fields = super().get_fields()
        own = own_serializer(self.kind)().get_fields()
        for name, field in own.items():
            field.source = f"{self.kind}.{name}"
            fields[name] = field
        return fields


BY_VERBS: dict[str, list[str]] = {
    "risk": ["band"],
    "decision": ["chosen", "rationale", "decided_by", "decided_on"],
    "dependency": ["giver_rag", "receiver_rag", "delivered_on", "accepted_on"],
    "change": ["approver", "submitted_at", "decided_at", "decision_reason"],
}
"""Fields of a kind's own table that its moves write."""


class LinesField(serializers.ListField):
    """Options that were considered: [{"name", "text"}], of a change request with "cost" and "days"."""

    child = serializers.DictField()

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        """Names and texts of a sensible length; other keys are the action's to check."""
        rows = super().to_internal_value(data)
        for row in rows:
            if not isinstance(row.get("name", ""), str) or not isinstance(row.get("text", ""), str):
                raise serializers.ValidationError(_("Options are a list, each with a name."))
            if len(row.get("name", "")) > 200 or len(row.get("text", "")) > 2_000:
                raise serializers.ValidationError(_("A name has at most 200 characters, a text 2,000."))
        return [
            row if "cost" in row or "days" in row else {"name": row.get("name", ""), "text": row.get("text", "")}
            for row in rows
        ]


def own_serializer(kind: str) -> type[serializers.ModelSerializer[Any]]:
    """The fields of a kind's own table that people write."""
    further: dict[str, Any] = {}
    if "options" in OWN[kind]:
        further["options"] = LinesField(required=False, max_length=20)
    if "impacts" in OWN[kind]:
        further["impacts"] = serializers.DictField(
            child=serializers.DictField(child=serializers.IntegerField(min_value=1, max_value=7, allow_null=True)),
            required=False,
        )
    if "decided_by" in OWN[kind]:
        further["decided_by"] = serializers.SlugRelatedField("email", read_only=True)
    if "about" in OWN[kind]:
        further["about"] = SeenRelatedField(
            "reference", queryset=Entry.objects.all(), column="seen_about", required=False, allow_null=True
        )
    if "giver" in OWN[kind]:
        further["giver"] = SeenRelatedField("reference", queryset=Project.objects.active(), column="seen_giver")
    names = [*OWN[kind], *(name for name in BY_VERBS.get(kind, []) if name not in OWN[kind])]
    meta = type("Meta", (), {"model": DETAILS[kind], "fields": names, "read_only_fields": BY_VERBS.get(kind, [])})
    return type(f"{kind.capitalize()}OwnSerializer", (serializers.ModelSerializer,), further | {"Meta": meta})


class EntryMoveSerializer(serializers.Serializer[Any]):
    """A move. `expected` is the state that you saw: if it is another by now, the answer is 400. What is submitted, decided, approved
    or rejected must be what was read: these verbs need If-Match. `day`: of a dependency's agreement
    or delivery. `responses`: what becomes of the open responses of a risk that ends. `chosen`, `rationale`, `decided_by`,
    `decided_on`: of a decision. `voter`: who delegated the decision on a change to you."""

    verb = serializers.CharField(max_length=20)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=4000, default="")
    expected = serializers.CharField(required=False, allow_blank=True, max_length=12, default="")
    day = serializers.DateField(required=False, allow_null=True, default=None)
    responses = serializers.ChoiceField(["finish", "cancel", "keep"], required=False, default="", allow_blank=True)
    makes_issue = serializers.BooleanField(required=False, default=False)
    chosen = serializers.CharField(required=False, allow_blank=True, max_length=4000, default="")
    rationale = serializers.CharField(required=False, allow_blank=True, max_length=8000, default="")
    decided_by = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, default=None)
    decided_on = serializers.DateField(required=False, allow_null=True, default=None)
    voter = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True, default=None)


class EntryRowSerializer(serializers.Serializer[Any]):
    """One of many new entries."""

    title = serializers.CharField(max_length=300)
    owner = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True)
    description = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class EntryRowsSerializer(serializers.Serializer[Any]):
    """New entries in the register of a project, programme or portfolio, by its reference; all are added or none."""

    scope = serializers.CharField(max_length=20)
    rows = EntryRowSerializer(many=True, min_length=1, max_length=100)  # type: ignore[call-arg]


class EntrySeveralSerializer(serializers.Serializer[Any]):
    """The same changes to several entries, all or none; what is left out stays. `tag` is added. `move` is one that needs nothing but
    a reason."""

    references = serializers.ListField(child=serializers.CharField(max_length=20), min_length=1, max_length=MOST_AT_ONCE)
    owner = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True, default=None)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    tag = serializers.CharField(required=False, allow_blank=True, max_length=50, default="")
    move = serializers.CharField(required=False, allow_blank=True, max_length=20, default="")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=4000, default="")


class EntryReferencesSerializer(serializers.Serializer[Any]):
    """The entries that were added or changed."""

    references = serializers.ListField(child=serializers.CharField())


class EntryPossibleMoveSerializer(serializers.Serializer[Any]):
    """A move that leads out of the present state and that you may make."""

    verb = serializers.CharField()
    label = serializers.CharField()
    target = serializers.CharField()
    needs_reason = serializers.BooleanField()


class EntryConvertSerializer(serializers.Serializer[Any]):
    """What to make of the entry."""

    kind = serializers.ChoiceField(list(KINDS))


class EntryBecameSerializer(serializers.Serializer[Any]):
    """The entry that was made."""

    kind = serializers.CharField()
    reference = serializers.CharField()


class EntryLinkSerializer(serializers.Serializer[Any]):
    """A link, read from this entry: `direction` "out" is from it to the other one, "in" the other way."""

    id = serializers.IntegerField(read_only=True)
    meaning = serializers.ChoiceField(list(MEANINGS))
    direction = serializers.ChoiceField(["out", "in"], required=False, default="out")
    other = VisibleRelatedField("reference", queryset=Entry.objects.all())
