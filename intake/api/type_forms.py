"""Forms of request types, a version each: read what was asked, write the draft whole or part by part, publish it, throw it away."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from core.api.base import TaggedViewSet
from intake.access import type_for
from intake.actions.types import begin_form, discard_form, draft_form, publish_form, write_form
from intake.formulas import questions as q
from intake.models import FormVersion, RequestType
from intake.models.requests import State
from intake.wording import KINDS, MAPS_TO, change_words, problem_sentence

KEY = r"^[a-z][a-z0-9_]{0,39}$"


class Exactly(serializers.Serializer[Any]):
    """A dictionary without other keys than its fields: a word misspelt is told, not left out."""

    def to_internal_value(self, data: Any) -> Any:
        """Checked as usual, and unknown keys refused at their place."""
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError(
                {str(key)[:40]: [_("“%(part)s” is no part of a form.") % {"part": str(key)[:40]}] for key in unknown}
            )
        return super().to_internal_value(data)


@extend_schema_field({"oneOf": [{"type": "string", "maxLength": 200}, {"type": "boolean"}, {"type": "number"}]})
class ConditionValueField(serializers.Field[Any, Any, Any, Any]):
    """What an answer is compared with: a choice, yes or no, or a number."""

    def to_internal_value(self, data: Any) -> Any:
        """A text, a truth value, or a number as text."""
        if isinstance(data, bool) or (isinstance(data, str) and len(data) <= q.LONGEST_CHOICE):
            return data
        if isinstance(data, (int, float)) and len(text := str(Decimal(str(data)))) <= q.LONGEST_CHOICE:
            return text
        raise serializers.ValidationError(_("The condition cannot be understood."))

    def to_representation(self, value: Any) -> Any:
        """As it is kept."""
        return value


class FormConditionSerializer(Exactly):
    """Asked only if the answer to an earlier question (its key) passes the test."""

    question = serializers.RegexField(KEY)
    test = serializers.ChoiceField(choices=[(test, test) for test in q.TESTS])
    value = ConditionValueField(required=False)


class FormQuestionSerializer(Exactly):
    """A question. `required_at`: the state that needs its answer; `maps_to`: the field of the request that the answer fills."""

    key = serializers.RegexField(KEY)
    label = serializers.CharField(max_length=q.LONGEST_LABEL)
    kind = serializers.ChoiceField(choices=list(KINDS.items()))
    help = serializers.CharField(required=False, allow_blank=True, max_length=q.LONGEST_HELP)
    example = serializers.CharField(required=False, allow_blank=True, max_length=q.LONGEST_HELP)
    required_at = serializers.ChoiceField(
        choices=[(state, State(state).label) for state in q.REQUIRED_AT], required=False, allow_blank=True
    )
    maps_to = serializers.ChoiceField(choices=list(MAPS_TO.items()), required=False, allow_blank=True)
    choices = serializers.ListField(
        child=serializers.CharField(max_length=q.LONGEST_CHOICE), required=False, max_length=q.MOST_CHOICES
    )
    show_if = FormConditionSerializer(required=False, allow_null=True)


class FormStepSerializer(Exactly):
    """A step with its questions in order."""

    key = serializers.RegexField(KEY)
    title = serializers.CharField(max_length=q.LONGEST_LABEL)
    help = serializers.CharField(required=False, allow_blank=True, max_length=q.LONGEST_HELP)
    questions = FormQuestionSerializer(many=True, max_length=q.MOST_QUESTIONS)  # type: ignore[call-arg]


class FormDocumentSerializer(Exactly):
    """A form: its steps in order. Before them every request answers the three questions."""

    steps = FormStepSerializer(many=True, max_length=q.MOST_STEPS)  # type: ignore[call-arg]


@extend_schema_field(FormDocumentSerializer)
class DocumentField(serializers.JSONField):
    """A form's document. What is sent must be a form in all its cells; each that is wrong is told at its place."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The document without what is empty."""
        sent = FormDocumentSerializer(data=data)
        sent.is_valid(raise_exception=True)
        steps = [
            filled(step, ("help",)) | {"questions": [filled(one, EMPTIED) for one in step["questions"]]}
            for step in sent.validated_data["steps"]
        ]
        return {"steps": steps}


EMPTIED = ("help", "example", "required_at", "maps_to", "choices", "show_if")


def filled(part: Mapping[str, Any], emptied: Iterable[str]) -> dict[str, Any]:
    """A step or question without what may be empty and is."""
    return {name: value for name, value in part.items() if value or name not in emptied}


class PublishedFormSerializer(serializers.ModelSerializer[FormVersion]):
    """A published form: its steps and questions."""

    document = DocumentField(read_only=True)

    class Meta:
        model = FormVersion
        fields = ["number", "published_at", "document"]
        read_only_fields = fields


class FormProblemSerializer(serializers.Serializer[Any]):
    """What keeps a draft from being published: where (as an error would name it), and why."""

    attr = serializers.CharField()
    detail = serializers.CharField()


class FormVersionListSerializer(serializers.ModelSerializer[FormVersion]):
    """A version of a form: a draft while `published_at` is null, then frozen."""

    published_by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = FormVersion
        fields = ["number", "version", "published_at", "published_by"]
        read_only_fields = fields


class FormVersionSerializer(FormVersionListSerializer):
    """A version with its document. `problems`: what to mend before it can be published."""

    document = DocumentField()
    problems = serializers.SerializerMethodField()

    class Meta:
        model = FormVersion
        fields = [*FormVersionListSerializer.Meta.fields, "document", "problems"]
        read_only_fields = FormVersionListSerializer.Meta.fields

    @extend_schema_field(FormProblemSerializer(many=True))
    def get_problems(self, row: FormVersion) -> list[dict[str, str]]:
        """Of a draft; a published one has none."""
        if row.published_at is not None:
            return []
        return [
            {"attr": f"document.{one.place}".rstrip("."), "detail": problem_sentence(one)}
            for one in q.problems_of(row.document)
        ]


class StepSentSerializer(Exactly):
    """A step as it is written; without `key` it gets one from its title."""

    key = serializers.RegexField(KEY, required=False)
    title = serializers.CharField(max_length=q.LONGEST_LABEL)
    help = serializers.CharField(required=False, allow_blank=True, max_length=q.LONGEST_HELP)


class StepChangedSerializer(Exactly):
    """What changes of a step; its key stays."""

    title = serializers.CharField(max_length=q.LONGEST_LABEL)
    help = serializers.CharField(required=False, allow_blank=True, max_length=q.LONGEST_HELP)


class QuestionSentSerializer(FormQuestionSerializer):
    """A question as it is added, at the end of `step` (its key); without `key` it gets one from its words."""

    key = serializers.RegexField(KEY, required=False)
    step = serializers.RegexField(KEY)


class QuestionChangedSerializer(FormQuestionSerializer):
    """What changes of a question; its key stays. Another `step` moves it to the end of that one."""

    key = None  # type: ignore[assignment]
    step = serializers.RegexField(KEY)


class ArrangeSerializer(Exactly):
    """A step or question, by its key, one place up or down; a question goes over the edge of its step into the next."""

    key = serializers.RegexField(KEY)
    up = serializers.BooleanField()


class FormChangeSerializer(serializers.Serializer[Any]):
    """One change against the version before, in words."""

    what = serializers.ChoiceField(choices=[(what, what) for what in ("added", "removed", "moved", "changed")])
    happened = serializers.CharField()
    label = serializers.CharField()
    part = serializers.CharField(allow_blank=True)
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


BY_KEY = OpenApiParameter("key", str, "path", description="Key of the step or question.")


@extend_schema(parameters=[OpenApiParameter("kind", int, "path", description="Id of the kind of request.")])
class FormVersionViewSet(mixins.ListModelMixin, TaggedViewSet):
    """Forms of a kind of request, the newest first, for those who set up intake. Writing needs If-Match with the ETag of the draft; a
    published form is never changed."""

    serializer_class = FormVersionSerializer
    queryset = FormVersion.objects.none()
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"

    def kind(self) -> RequestType:
        """The kind of the address, through the room's door."""
        return type_for(self.request.user, int(self.kwargs["kind"]))

    def get_serializer_class(self) -> Any:
        """Lists leave the documents out."""
        return FormVersionListSerializer if self.action == "list" else self.serializer_class

    def get_queryset(self) -> Any:
        """All versions of the kind."""
        return self.kind().form_versions.select_related("published_by").order_by("-number")

    def found(self) -> FormVersion:
        """The version of the address."""
        row: FormVersion = get_object_or_404(self.get_queryset(), number=int(self.kwargs["number"]))
        return row

    def draft(self) -> tuple[FormVersion, int]:
        """The version of the address, and its ETag's; actions refuse a published one."""
        row = self.found()
        return row, self.expected_version(row)

    def sent(self, serializer: type[serializers.BaseSerializer[Any]], **options: Any) -> dict[str, Any]:
        """What was sent, checked."""
        given = serializer(data=self.request.data, **options)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def retrieve(self, request: Asked, kind: str, number: str) -> Response:
        """One version with its document."""
        return self.answer(self.found())

    @extend_schema(request=None, responses={200: FormVersionSerializer, 201: FormVersionSerializer})
    def create(self, request: Asked, kind: str) -> Response:
        """Begin the next version from the published one; where a draft is there already it is the answer (200)."""
        row = self.kind()
        is_there = draft_form(row) is not None
        return self.answer(begin_form(row), status=200 if is_there else 201)

    def update(self, request: Asked, kind: str, number: str) -> Response:
        """Write the whole draft, all or nothing: 400 names each cell that is wrong, such as "document.steps.0.questions.2.choices"."""
        row, version = self.draft()
        document = self.sent(FormVersionSerializer)["document"]
        refuse({f"document.{one.place}": problem_sentence(one) for one in q.problems_of(document)})
        return self.answer(write_form(row, document=document, version=version))

    def destroy(self, request: Asked, kind: str, number: str) -> Response:
        """Throw the draft away; the first form of a kind, and a published one, stay."""
        row, version = self.draft()
        discard_form(row, version=version)
        return Response(status=204)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def publish(self, request: Asked, kind: str, number: str) -> Response:
        """Ask new requests with it; those that were begun keep their form. 400 names all that is wrong."""
        row, version = self.draft()
        return self.answer(publish_form(row, version=version, by=request.user, at=timezone.now()))

    @extend_schema(responses=FormChangeSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def changes(self, request: Asked, kind: str, number: str) -> Response:
        """What it changes against the version that was published before it; of the first, all its questions."""
        row = self.found()
        before = self.get_queryset().exclude(published_at=None).filter(number__lt=row.number).first()
        return Response(change_words(before.document if before else {"steps": []}, row.document))

    @extend_schema(request=StepSentSerializer, responses={201: FormVersionSerializer})
    @action(detail=True, methods=["post"])
    def steps(self, request: Asked, kind: str, number: str) -> Response:
        """Add a step at the end."""
        row, version = self.draft()
        words = filled(self.sent(StepSentSerializer), ("help",))
        key = words.get("key") or q.new_key(row.document, words["title"])
        return self.write(row, version, q.with_step(row.document, words | {"key": key}), key, status=201)

    @extend_schema(methods=["PATCH"], request=StepChangedSerializer, parameters=[BY_KEY])
    @extend_schema(methods=["DELETE"], request=None, responses={200: FormVersionSerializer}, parameters=[BY_KEY])
    @action(detail=True, methods=["patch", "delete"], url_path="steps/(?P<key>[a-z0-9_]{1,40})")
    def step(self, request: Asked, kind: str, number: str, key: str) -> Response:
        """Change a step, or take it out with its questions."""
        row, version = self.draft()
        if key not in (one["key"] for one in q.steps_of(row.document)):
            raise NotFound
        if request.method == "DELETE":
            return self.answer(write_form(row, document=q.without(row.document, key), version=version))
        words = self.sent(StepChangedSerializer, partial=True)
        return self.write(row, version, q.with_step(row.document, words, key), key)

    @extend_schema(request=QuestionSentSerializer, responses={201: FormVersionSerializer})
    @action(detail=True, methods=["post"])
    def questions(self, request: Asked, kind: str, number: str) -> Response:
        """Add a question at the end of a step; 400 names the cell that is wrong, such as "choices" or "show_if"."""
        row, version = self.draft()
        words = self.sent(QuestionSentSerializer)
        step = self.step_of(row, words.pop("step"))
        key = words.pop("key", "") or q.new_key(row.document, words["label"])
        document = q.with_question(row.document, step, {"key": key} | filled(words, EMPTIED))
        return self.write(row, version, document, key, status=201)

    @extend_schema(methods=["PATCH"], request=QuestionChangedSerializer, parameters=[BY_KEY])
    @extend_schema(methods=["DELETE"], request=None, responses={200: FormVersionSerializer}, parameters=[BY_KEY])
    @action(detail=True, methods=["patch", "delete"], url_path="questions/(?P<key>[a-z0-9_]{1,40})")
    def question(self, request: Asked, kind: str, number: str, key: str) -> Response:
        """Change the parts of a question that are sent, or take it out; what is sent empty goes."""
        row, version = self.draft()
        place, held = next(((step, one) for step, one in q.questions_of(row.document) if one["key"] == key), ("", None))
        if held is None:
            raise NotFound
        if request.method == "DELETE":
            return self.answer(write_form(row, document=q.without(row.document, key), version=version))
        words = self.sent(QuestionChangedSerializer, partial=True)
        step = self.step_of(row, words.pop("step", place))
        document = q.with_question(row.document, step, filled(held | words, EMPTIED), key)
        return self.write(row, version, document, key)

    @extend_schema(request=ArrangeSerializer)
    @action(detail=True, methods=["post"])
    def arrange(self, request: Asked, kind: str, number: str) -> Response:
        """Put a step or question one place up or down. Conditions may break by it: `problems` says so until it is mended."""
        row, version = self.draft()
        words = self.sent(ArrangeSerializer)
        if words["key"] not in q.labels_of(row.document):
            raise serializers.ValidationError({"key": [_("The form has no such step or question.")]})
        document = q.shifted(row.document, words["key"], -1 if words["up"] else 1)
        return self.answer(write_form(row, document=document, version=version))

    def step_of(self, row: FormVersion, key: str) -> str:
        """The key of a step that is there, or 400."""
        if key not in (one["key"] for one in q.steps_of(row.document)):
            raise serializers.ValidationError({"step": [_("The form has no such step.")]})
        return key

    def write(self, row: FormVersion, version: int, document: dict[str, Any], key: str, *, status: int = 200) -> Response:
        """Write a draft of which the part of this key changed; what is wrong in that part is refused, at its cell."""
        here = place_of(document, key)
        wrong = {
            one.place.removeprefix(f"{here}.") if one.place != "steps" else "non_field_errors": problem_sentence(one)
            for one in q.problems_of(document)
            if one.place == "steps" or (one.place.startswith(f"{here}.") and ".questions" not in one.place.removeprefix(here))
        }
        if row.published_at is None:
            refuse(wrong)
        return self.answer(write_form(row, document=document, version=version), status=status)


def refuse(wrong: Mapping[str, str]) -> None:
    """400 with these sentences at their places, if there are any."""
    if wrong:
        raise serializers.ValidationError({place.rstrip("."): [sentence] for place, sentence in wrong.items()})


def place_of(document: Any, key: str) -> str:
    """Where the step or question of this key stands: "steps.0", "steps.0.questions.2"."""
    for number, step in enumerate(q.steps_of(document)):
        if step["key"] == key:
            return f"steps.{number}"
        for count, question in enumerate(step["questions"]):
            if question["key"] == key:
                return f"steps.{number}.questions.{count}"
    return ""
