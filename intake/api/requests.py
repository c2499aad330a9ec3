"""Requests: list, read, ask, change, submit, follow; the objectives that they serve, comments and files."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from accounts.models import OrganisationUnit, User
from core.api.base import ValuesViewSet, VersionedViewSet
from core.api.conversation import Talked
from core.api.history import Historied
from intake.access import may_ask, request_actions, request_for
from intake.actions.following import follow_request, follows, unfollow_request
from intake.actions.questions import answer_question
from intake.actions.requests import create_request, edit_request, editable_in, submit_request
from intake.actions.triage import link_request_objective, unlink_request_objective
from intake.api.comparison import ComparisonActions
from intake.api.conversion import ConversionActions
from intake.api.merging import MergePreview
from intake.api.moves import TriageActions
from intake.api.type_forms import PublishedFormSerializer
from intake.filters.requests import RequestFilters
from intake.forms.questions import LONGEST_TEXT, AnswersForm
from intake.formulas.questions import REQUIRED_AT, WITHOUT_ANSWER, completeness, missing_for, questions_of
from intake.models import Request, RequestObjective, RequestQuestion, RequestType
from intake.models.answers import answers_of
from intake.trail import scoring_history, trail_of
from intake.wording import missing_label
from portfolio.models import Objective

PEOPLE = User.objects.filter(is_active=True)
READ = ["reference", "state", "moved_at", "submitted_at", "resume_on", "requester", "requester_name", "owner", "project"]


class RequestSerializer(serializers.ModelSerializer[Request]):
    """A request. People are named by e-mail, the type by its name; `answers` holds those to the type's own questions, by key,
    but for those that fill a field of the request (cost, benefit, day, unit, sponsor)."""

    type = serializers.SlugRelatedField("name", queryset=RequestType.objects.filter(is_active=True))
    unit = serializers.PrimaryKeyRelatedField(queryset=OrganisationUnit.objects.all(), required=False, allow_null=True)
    sponsor = serializers.SlugRelatedField("email", queryset=PEOPLE, required=False, allow_null=True)
    requester = serializers.SlugRelatedField("email", read_only=True)
    owner = serializers.SlugRelatedField("email", read_only=True)
    project = serializers.SlugRelatedField("reference", read_only=True)
    answers = serializers.DictField(required=False)

    class Meta:
        model = Request
        fields = [
            *READ,
            "type",
            "title",
            "purpose",
            "need",
            "helps",
            "helps_how",
            "answers",
            "unit",
            "sponsor",
            "needed_by_on",
            "currency",
            "estimated_cost",
            "estimated_benefit",
            "is_confidential",
            "tags",
            "version",
            "created_at",
            "updated_at",
        ]
        read_only_fields = [*READ, "is_confidential", "version", "created_at", "updated_at"]
        extra_kwargs = {name: {"max_length": LONGEST_TEXT} for name in ("purpose", "need", "helps_how")}  # as the page


class CompletenessSerializer(serializers.Serializer[object]):
    """How complete a request is, and what is missing before each state, by key and words."""

    complete = serializers.IntegerField()
    missing = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))


class QuestionSerializer(serializers.ModelSerializer[RequestQuestion]):
    """A question of the office to the requester, and the answer."""

    asked_by = serializers.SlugRelatedField("email", read_only=True)
    answered_by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = RequestQuestion
        fields = ["id", "text", "asked_by", "asked_at", "answer", "answered_by", "answered_at"]
        read_only_fields = fields


class QuestionAnswerSerializer(serializers.Serializer[object]):
    """The answer to one question."""

    question = serializers.IntegerField()
    text = serializers.CharField(max_length=10_000)


class FollowsSerializer(serializers.Serializer[object]):
    """Whether one follows a request; null for who asked for it and is told anyway."""

    follows = serializers.BooleanField(allow_null=True)


class RequestObjectiveSerializer(serializers.ModelSerializer[RequestObjective]):
    """An objective that the request serves, with its weight in percent."""

    objective = serializers.PrimaryKeyRelatedField(queryset=Objective.objects.filter(is_active=True))
    name = serializers.CharField(source="objective.name", read_only=True)
    weight = serializers.IntegerField(min_value=1, max_value=100)

    class Meta:
        model = RequestObjective
        fields = ["objective", "name", "weight"]


class RequestViewSet(
    ComparisonActions, MergePreview, TriageActions, ConversionActions, Talked, Historied, ValuesViewSet, VersionedViewSet
):
    """Requests that the person may see; the same filters as the list of requests."""

    talk_kind = "request"

    serializer_class = RequestSerializer
    queryset = Request.objects.none()
    filterset_class = RequestFilters
    lookup_field = "reference"
    view_action = "request.view"
    edit_action = "request.edit"

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see; two queries for a page of any length."""
        return Request.objects.visible_to(self.request.user).active().order_by("-pk")

    def find(self, action: str) -> Request:
        """Through the room's door."""
        return request_for(self.request.user, self.kwargs["reference"], action)

    def trail(self, it: Request) -> Any:
        """The request, its parts, and as far as it may be told its scores."""
        return [*trail_of(it, self.request.user), *scoring_history(it, self.request.user)]

    def create_row(self, data: dict[str, Any]) -> Request:
        """Ask: a draft, with the questions as they are published now."""
        user = self.request.user
        if not may_ask(user):
            raise PermissionDenied
        kind: RequestType = data.pop("type")
        form = kind.form_versions.exclude(published_at=None).first()
        values = data | changes_of(data.pop("answers", {}), form.document if form else {"steps": []}, None)
        return create_request(type=kind, values=values, by=user, at=timezone.now())

    def change_row(self, row: Request, data: dict[str, Any], version: int) -> Request:
        """Change the fields that were sent; of the answers those that were sent. The type stays."""
        data.pop("type", None)
        changes = data | changes_of(data.pop("answers", {}), row.form_version.document, row)
        states = editable_in(request_actions(self.request.user, row))
        return edit_request(row, changes=changes, version=version, states=states)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def submit(self, request: Asked, reference: str) -> Response:
        """Hand a draft in; 400 names what is missing."""
        return self.answer(submit_request(self.find("request.edit"), by=request.user, at=timezone.now()))

    @extend_schema(responses=PublishedFormSerializer)
    @action(detail=True, serializer_class=PublishedFormSerializer)
    def form(self, request: Asked, reference: str) -> Response:
        """The questions that it was asked with: those of the version that was published when it was begun."""
        return Response(PublishedFormSerializer(self.find("request.view").form_version).data)

    @extend_schema(responses=CompletenessSerializer)
    @action(detail=True)
    def completeness(self, request: Asked, reference: str) -> Response:
        """How complete it is, and what is missing before each state."""
        row = self.find("request.view")
        document, answers = row.form_version.document, answers_of(row)
        missing = {
            state: {one.key: missing_label(one) for one in missing_for(document, answers, state)} for state in REQUIRED_AT
        }
        return Response({"complete": completeness(document, answers), "missing": missing})

    @extend_schema(responses=QuestionSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def questions(self, request: Asked, reference: str) -> Response:
        """What the office asked, and what was answered. (A question is asked by moving the request with the verb "ask".)"""
        rows = self.find("request.view").questions.select_related("asked_by", "answered_by")
        return Response(QuestionSerializer(rows, many=True).data)

    @extend_schema(request=QuestionAnswerSerializer, responses=QuestionSerializer)
    @action(detail=True, methods=["post"], serializer_class=QuestionAnswerSerializer, url_path="answer", url_name="answer")
    def answer_question(self, request: Asked, reference: str) -> Response:
        """Answer a question; with the last answer the request goes back to screening."""
        row = self.find("request.answer")
        sent = QuestionAnswerSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        question = get_object_or_404(row.questions, pk=sent.validated_data["question"])
        done = answer_question(question, text=sent.validated_data["text"], by=request.user, at=timezone.now())
        return Response(QuestionSerializer(done).data)

    @extend_schema(methods=["GET"], responses=FollowsSerializer, filters=False)
    @extend_schema(methods=["POST", "DELETE"], request=None, responses={204: None})
    @action(detail=True, methods=["get", "post", "delete"], pagination_class=None)
    def follow(self, request: Asked, reference: str) -> Response:
        """Whether you are told when it moves; be told from now on (POST), or no longer (DELETE)."""
        row = self.find("comment.write")
        if request.method == "GET":
            return Response({"follows": follows(row, request.user)})
        (follow_request if request.method == "POST" else unfollow_request)(row, by=request.user)
        return Response(status=204)

    @extend_schema(methods=["GET"], responses=RequestObjectiveSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=RequestObjectiveSerializer, responses={201: RequestObjectiveSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, serializer_class=RequestObjectiveSerializer)
    def objectives(self, request: Asked, reference: str) -> Response:
        """The objectives that it serves; or link one, or change its weight. All weights add up to at most 100."""
        if request.method == "GET":
            rows = self.find("request.view").objective_links.select_related("objective").order_by("pk")
            return Response(RequestObjectiveSerializer(rows, many=True).data)
        row = self.find("request.triage")
        sent = RequestObjectiveSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(RequestObjectiveSerializer(link_request_objective(row, **sent.validated_data)).data, status=201)

    @extend_schema(request=None, responses={204: None}, parameters=[OpenApiParameter("objective", int, "path")])
    @action(detail=True, methods=["delete"], url_path=r"objectives/(?P<objective>\d{1,18})", url_name="unlink")
    def unlink(self, request: Asked, reference: str, objective: str) -> Response:
        """It serves the objective (its id) no more."""
        row = self.find("request.triage")
        unlink_request_objective(get_object_or_404(row.objective_links, objective=int(objective)))
        return Response(status=204)


def changes_of(sent: Mapping[str, Any], document: Any, row: Request | None) -> dict[str, Any]:
    """What the answers that were sent change. Raises 400 with a sentence for each that is unknown or cannot be read."""
    if not sent:
        return {}
    questions = {one["key"]: one for _step, one in questions_of(document) if one["kind"] not in WITHOUT_ANSWER}
    unknown = [key for key in sent if key not in questions]
    if unknown:
        raise serializers.ValidationError({f"answers.{key}": [_("The form has no such question.")] for key in unknown})
    form = AnswersForm(
        {key: _typed(value) for key, value in sent.items()}, questions=[questions[key] for key in sent], request=row
    )
    if not form.is_valid():
        raise serializers.ValidationError(
            {f"answers.{key}": [str(error) for error in errors] for key, errors in form.errors.items()}
        )
    return form.changes()


def _typed(value: Any) -> Any:
    """A value of JSON as a form would have been sent it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return value.get("id", "")
    return value if value is not None else ""
