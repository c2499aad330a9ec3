"""A request becomes a project: tiering questions, a preview, the conversion, its charter; mixed into the viewset of requests.
And what a project was promised for, beside where it stands."""

from collections.abc import Mapping
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from accounts.models import OrganisationUnit, User
from core.api.base import RoomViewSet, VisibleRelatedField
from core.errors import ActionError
from intake.access import charter_path, untold_risks
from intake.actions.case_documents import approved_case_of
from intake.actions.charters import retry_charter
from intake.actions.conversion import Plan, RiskRow, TeamRow, convert_request
from intake.actions.moves import MovedMeanwhile
from intake.actions.templates import fitting_template
from intake.actions.tiering import current_tiering, facts_of
from intake.api.moves import Moved
from intake.conversion import Start, first_rows, first_values, links_of
from intake.forms.conversion import FIELD_GROUPS, TEAM_ROLES, NewProjectForm, TieringForm
from intake.formulas.tiering import suggested, tier_of
from intake.models import Charter, Conversion, ProjectTemplate, Request
from intake.models.requests import State, project_reference
from intake.promises import conversion_of, headline, lines_of
from intake.wording_conversion import tier_sentence
from portfolio.access import project_for
from portfolio.models import Portfolio, Programme, Project
from portfolio.models.structure import Phase, Tier

PEOPLE = User.objects.filter(is_active=True)
MOST = 60
"""Rows of milestones, team and risks, as in the forms of the page."""


class TieringQuestionSerializer(serializers.Serializer[Any]):
    """A question of the tiering questionnaire; answered by the place of a choice, from 0. `suggested`: what known figures answer."""

    key = serializers.CharField()
    label = serializers.CharField()
    dimension = serializers.CharField()
    choices = serializers.ListField(child=serializers.DictField())
    suggested = serializers.IntegerField(allow_null=True)


class RequestTieringSerializer(serializers.Serializer[Any]):
    """The tiering questions of a request."""

    number = serializers.IntegerField(help_text="Version of the questionnaire.")
    questions = TieringQuestionSerializer(many=True)


class NewMilestoneSerializer(serializers.Serializer[Any]):
    """A milestone of the new project."""

    title = serializers.CharField(max_length=300)
    planned_on = serializers.DateField()


class TeamPartSerializer(serializers.Serializer[Any]):
    """A part in the team; without a person it is still open."""

    part = serializers.CharField(max_length=150)
    user = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True, default=None)
    role = serializers.ChoiceField(TEAM_ROLES, default=TEAM_ROLES[0])
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class OpeningRiskSerializer(serializers.Serializer[Any]):
    """A risk that stands at the start; likelihood in percent, impact 1 (very low) to 5 (very high)."""

    event = serializers.CharField(max_length=300)
    cause = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    effect = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    likelihood = serializers.IntegerField(min_value=1, max_value=99, default=50)
    impact = serializers.IntegerField(min_value=1, max_value=5, default=3)


class NewProjectSerializer(serializers.Serializer[Any]):
    """The fields of the new project; money in the request's currency."""

    title = serializers.CharField(required=False, max_length=300)
    purpose = serializers.CharField(required=False, allow_blank=True)
    description = serializers.CharField(required=False, allow_blank=True)
    category = serializers.CharField(required=False, allow_blank=True, max_length=100)
    tags = serializers.ListField(child=serializers.CharField(max_length=50), required=False, max_length=50)
    phase = serializers.ChoiceField(Phase.choices, required=False)
    unit = serializers.PrimaryKeyRelatedField(queryset=OrganisationUnit.objects.all(), required=False, allow_null=True)
    portfolio = VisibleRelatedField("reference", queryset=Portfolio.objects.active(), required=False, allow_null=True)
    programme = VisibleRelatedField("reference", queryset=Programme.objects.active(), required=False, allow_null=True)
    manager = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True)
    sponsor = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True)
    planned_start_on = serializers.DateField(required=False, allow_null=True)
    planned_finish_on = serializers.DateField(required=False, allow_null=True)
    budget = serializers.DecimalField(14, 2, required=False, allow_null=True)
    benefits = serializers.DecimalField(14, 2, required=False, allow_null=True)
    benefits_summary = serializers.CharField(required=False, allow_blank=True)
    tier = serializers.ChoiceField(Tier.choices, required=False)


class PreviewAskedSerializer(serializers.Serializer[Any]):
    """The answers to the tiering questions by key; `start` left out: the first of next month; `template` left out: the one that
    fits type and tier."""

    answers = serializers.DictField(child=serializers.IntegerField(min_value=0))
    start = serializers.DateField(required=False, allow_null=True, default=None)
    template = serializers.PrimaryKeyRelatedField(
        queryset=ProjectTemplate.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )


class ConvertSerializer(NewProjectSerializer, PreviewAskedSerializer):
    """A conversion. What is left out is as the preview of the same answers has it. `tier_reason`: why the tier is another than
    the answers give."""

    tier_reason = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
    milestones = NewMilestoneSerializer(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]
    team = TeamPartSerializer(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]
    risks = OpeningRiskSerializer(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]


class FoundTierSerializer(serializers.Serializer[Any]):
    """The tier that the answers make."""

    points = serializers.IntegerField()
    most = serializers.IntegerField()
    tier = serializers.IntegerField()
    sentence = serializers.CharField()


class CarriedObjectiveSerializer(serializers.Serializer[Any]):
    """An objective that the project serves, with its weight in percent."""

    name = serializers.CharField()
    weight = serializers.IntegerField()


class ConversionPreviewSerializer(serializers.Serializer[Any]):
    """What a conversion would make. `sources` says of each field where its value comes from."""

    reference = serializers.CharField(help_text="The project's number.")
    tiering = FoundTierSerializer()
    template = serializers.IntegerField(allow_null=True)
    approved_case = serializers.IntegerField(allow_null=True, help_text="Number of the frozen business case.")
    currency = serializers.CharField()
    project = NewProjectSerializer()
    sources = serializers.DictField(child=serializers.CharField())
    milestones = NewMilestoneSerializer(many=True)
    team = TeamPartSerializer(many=True)
    risks = OpeningRiskSerializer(many=True)
    objectives = CarriedObjectiveSerializer(many=True)
    sections = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))


class CharterSerializer(serializers.ModelSerializer[Charter]):
    """The charter: empty `made_at` while a worker makes it, or `failure` says why it could not."""

    class Meta:
        model = Charter
        fields = ["asked_at", "made_at", "sha256", "pages", "failure"]
        read_only_fields = fields


class ConversionSerializer(serializers.ModelSerializer[Conversion]):
    """How a request became a project; `document` is what the charter shows."""

    request = serializers.SlugRelatedField("reference", read_only=True)
    project = serializers.SlugRelatedField("reference", read_only=True)
    approved_case = serializers.IntegerField(source="approved_case.number", read_only=True, default=None, allow_null=True)
    converted_by = serializers.SlugRelatedField("email", read_only=True)
    charter = CharterSerializer(read_only=True)

    class Meta:
        model = Conversion
        fields = [
            "request",
            "project",
            "template",
            "approved_case",
            "tier",
            "document",
            "converted_at",
            "converted_by",
            "charter",
        ]
        read_only_fields = fields

    def to_representation(self, instance: Conversion) -> dict[str, Any]:
        """Without opening risks that have become confidential, for those who may not see them."""
        shown = super().to_representation(instance)
        if hidden := untold_risks(self.context["request"].user, instance):
            risks = [one for place, one in enumerate(instance.document.get("risks", [])) if place not in hidden]
            shown["document"] = {**instance.document, "risks": risks}
        return shown


class ConversionActions:
    """Actions for `RequestViewSet`: the page's questions, first values, form and action."""

    @extend_schema(responses=RequestTieringSerializer)
    @action(detail=True)
    def tiering(self, request: Asked, reference: str) -> Response:
        """The questions that propose a tier, with the answers that known figures give."""
        found = self.find("request.convert")  # type: ignore[attr-defined]
        version = current_tiering()
        hints = suggested(version.document, facts_of(found, approved_case_of(found)))
        questions = [
            {name: one[name] for name in ("key", "label", "dimension", "choices")} | {"suggested": hints.get(one["key"])}
            for one in version.document["questions"]
        ]
        return Response({"number": version.number, "questions": questions})

    @extend_schema(responses=ConversionSerializer)
    @action(detail=True)
    def conversion(self, request: Asked, reference: str) -> Response:
        """How it became a project; 404 where it did not."""
        return Response(ConversionSerializer(converted(self.find("request.view")), context={"request": request}).data)  # type: ignore[attr-defined]

    @extend_schema(request=PreviewAskedSerializer, responses=ConversionPreviewSerializer)
    @action(detail=True, methods=["post"], url_path="conversion/preview")
    def conversion_preview(self, request: Asked, reference: str) -> Response:
        """What a conversion with these answers would make; nothing is written."""
        found = self.find("request.convert")  # type: ignore[attr-defined]
        start = start_of(found, self.words(PreviewAskedSerializer))  # type: ignore[attr-defined]
        return Response(ConversionPreviewSerializer(preview_of(found, start), context={"request": request}).data)

    @extend_schema(request=ConvertSerializer, responses={201: ConversionSerializer})
    @action(detail=True, methods=["post"])
    def convert(self, request: Asked, reference: str) -> Response:
        """Make the project. Needs the request's ETag in If-Match; 409 when somebody converted or moved it meanwhile."""
        found = self.find("request.convert")  # type: ignore[attr-defined]
        version = self.expected_version(found)  # type: ignore[attr-defined]
        sent = ConvertSerializer(data=request.data, context={"request": request})
        sent.is_valid(raise_exception=True)
        start = start_of(found, sent.validated_data)
        try:
            plan = plan_of(request.user, found, start, sent.validated_data)
            convert_request(found, plan=plan, by=request.user, at=timezone.now(), version=version)
        except MovedMeanwhile as error:
            raise Moved(str(error)) from error
        return Response(ConversionSerializer(converted(found), context={"request": request}).data, status=201)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def charter(self, request: Asked, reference: str) -> FileResponse:
        """The charter as PDF; 404 until it is made."""
        conversion = converted(self.find("request.view"))  # type: ignore[attr-defined]
        charter = getattr(conversion, "charter", None)
        path = charter_path(request.user, charter)
        name = _("Charter %(reference)s.pdf") % {"reference": conversion.project.reference}
        return FileResponse(default_storage.open(path), content_type="application/pdf", filename=name)

    @extend_schema(request=None, responses=CharterSerializer)
    @action(detail=True, methods=["post"], url_path="charter/retry")
    def charter_retry(self, request: Asked, reference: str) -> Response:
        """Ask a worker for the charter again."""
        charter = get_object_or_404(Charter, conversion__request=self.find("request.convert"))  # type: ignore[attr-defined]
        retry_charter(charter, at=timezone.now())
        charter.refresh_from_db()
        return Response(CharterSerializer(charter).data)


def converted(found: Request) -> Conversion:
    """The conversion of a request, or 404."""
    rows = Conversion.objects.select_related("request", "project", "approved_case", "converted_by", "charter")
    return get_object_or_404(rows, request=found)


def start_of(found: Request, sent: Mapping[str, Any]) -> Start:
    """What the project is made from. Raises 400 with what is missing of the answers, and where the request is not approved."""
    if found.state != State.APPROVED:
        raise ActionError(
            _("Only an approved request becomes a project; this one is “%(state)s”.") % {"state": found.get_state_display()}
        )
    version, frozen = current_tiering(), approved_case_of(found)
    document, answers = version.document, sent["answers"]
    known = {question["key"] for question in document["questions"]}
    if unknown := sorted(set(answers) - known):
        raise serializers.ValidationError({f"answers.{key}": [_("The questionnaire has no such question.")] for key in unknown})
    template = sent["template"]
    form = TieringForm(
        answers | {"start": sent["start"], "template": template.pk if template else ""}, document=document, suggested={}
    )
    if not form.is_valid():
        raise serializers.ValidationError(
            {(f"answers.{name}" if name in known else name): list(map(str, said)) for name, said in form.errors.items()}
        )
    tiering = tier_of(document, form.answers())
    template = form.cleaned_data["template"] or fitting_template(found, tiering.tier)
    return Start(frozen, template, tiering, version.number, form.cleaned_data["start"])


def preview_of(found: Request, start: Start) -> dict[str, Any]:
    """What the page would show in its second step."""
    values, sources = first_values(found, start)
    milestones, team, risks = first_rows(start)
    tiering = start.tiering
    project = values | {"unit": found.unit, "sponsor": found.sponsor, "tags": list(found.tags)}
    for name in ("portfolio", "programme", "manager", "planned_finish_on"):
        project.setdefault(name, None)
    return {
        "reference": project_reference(found),
        "tiering": {"points": tiering.points, "most": tiering.most, "tier": tiering.tier, "sentence": tier_sentence(tiering)},
        "template": start.template.pk if start.template else None,
        "approved_case": start.frozen.number if start.frozen else None,
        "currency": found.currency,
        "project": project,
        "sources": sources,
        "milestones": [one for one in milestones if one],
        "team": [{"user": None, "role": TEAM_ROLES[0], "note": ""} | one for one in team if one],
        "risks": [one for one in risks if one],
        "objectives": [{"name": str(one["objective"]), "weight": one["weight"]} for one in links_of(found)],
        "sections": start.template.sections if start.template else [],
    }


def plan_of(user: Any, found: Request, start: Start, sent: Mapping[str, Any]) -> Plan:
    """What was sent, in place of the first values, checked by the page's form. Raises 400 at the fields."""
    initial, sources = first_values(found, start)

    def form_of(data: Any = None) -> NewProjectForm:
        return NewProjectForm(data, initial=initial, user=user, unit=found.unit, sources=sources)

    first, names = form_of(), [name for _title, names in FIELD_GROUPS for name in names]
    data = {name: first[name].value() for name in [*names, "tier"]} | {"tier_reason": sent["tier_reason"]}
    for name in [*names, "tier"]:
        if name in sent:
            value = sent[name]
            data[name] = ", ".join(value) if name == "tags" else getattr(value, "pk", value)
    form = form_of(data)
    if not form.is_valid():
        raise serializers.ValidationError({name: list(map(str, said)) for name, said in form.errors.items()})
    milestones, team, risks = first_rows(start)
    return Plan(
        values=form.values() | {"currency": found.currency},
        carried=form.carried(),
        milestones=[(one["title"], one["planned_on"]) for one in sent.get("milestones", [one for one in milestones if one])],
        team=[TeamRow(**one) for one in sent.get("team", [one for one in team if one])],
        risks=[RiskRow(**one) for one in sent.get("risks", [one for one in risks if one])],
        sections=start.template.sections if start.template else [],
        template=start.template,
        approved_case=start.frozen,
        tiering=start.tiering,
        tiering_version=start.version,
        tier_reason=form.cleaned_data["tier_reason"],
    )


class PromiseLineSerializer(serializers.Serializer[Any]):
    """An amount or a day: promised, now, and the difference in words."""

    key = serializers.CharField()
    label = serializers.CharField()
    promised = serializers.CharField(allow_null=True)
    now = serializers.CharField(allow_null=True)
    said = serializers.CharField()


class PromisesSerializer(serializers.Serializer[Any]):
    """What a project was approved for, beside what it stands at."""

    project = serializers.CharField()
    currency = serializers.CharField()
    headline = serializers.CharField()
    lines = PromiseLineSerializer(many=True)


class PromiseViewSet(RoomViewSet):
    """Promised against now, by the reference of a project that was a request."""

    serializer_class = PromisesSerializer
    queryset = Project.objects.none()
    lookup_field = "reference"

    def retrieve(self, request: Asked, reference: str) -> Response:
        """404 for a project that was no request."""
        project = project_for(request.user, reference, "project.view")
        conversion = conversion_of(project)
        lines = lines_of(project, conversion)
        told = [
            {"key": one["key"], "label": one["label"], "said": one["said"]}
            | dict(zip(("promised", "now"), (None if value is None else str(value) for value in one["values"]), strict=True))
            for one in lines
        ]
        currency = conversion.document["promised"]["currency"] or project.currency
        return Response({"project": project.reference, "currency": currency, "headline": headline(lines), "lines": told})
