"""What projects start with: templates by type and tier, and the tiering questionnaire; for those who set up intake."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from accounts.access import require
from core.api.base import RoomViewSet, VersionedViewSet, WholeRow
from intake.actions.templates import EDITABLE, add_standard_templates, create_template, edit_template
from intake.actions.tiering import current_tiering, publish_tiering
from intake.formulas.templates import MOST, milestones_text, risks_text, roles_text, sections_text
from intake.formulas.tiering import as_text
from intake.models import ProjectTemplate, RequestType, TieringVersion

TEXTS = {"milestones": milestones_text, "risks": risks_text, "roles": roles_text, "sections": sections_text}


class PartField(serializers.CharField):
    """A part of one line: no line break, and no "|", which divides the parts on the page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 300} | options)

    def to_internal_value(self, data: Any) -> str:
        """The text, if it fits into a line."""
        text: str = super().to_internal_value(data)
        if "|" in text or len(text.splitlines()) > 1:
            raise serializers.ValidationError(_("One line, without “|”."))
        return text


class TemplateMilestoneSerializer(WholeRow, serializers.Serializer[Any]):
    """A milestone so many months, or days, after the start."""

    title = PartField()
    months = serializers.IntegerField(min_value=0, max_value=9999, default=0)
    days = serializers.IntegerField(min_value=0, max_value=9999, default=0)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of both."""
        attrs = super().validate(attrs)
        if attrs["months"] and attrs["days"]:
            raise serializers.ValidationError(_("Give months or days, not both."))
        return attrs


class TemplateRiskSerializer(WholeRow, serializers.Serializer[Any]):
    """An opening risk; likelihood in percent, impact 1 (very low) to 5 (very high)."""

    cause = PartField()
    event = PartField()
    effect = PartField(required=False, allow_blank=True, default="")
    likelihood = serializers.IntegerField(min_value=1, max_value=99, default=50)
    impact = serializers.IntegerField(min_value=1, max_value=5, default=3)


class TemplateRoleSerializer(WholeRow, serializers.Serializer[Any]):
    """A part in the team."""

    role = PartField()
    note = PartField(required=False, allow_blank=True, default="")


class TemplateSectionSerializer(WholeRow, serializers.Serializer[Any]):
    """A chapter of the charter; its text in Markdown, without lines that begin a chapter ("## ")."""

    title = PartField(max_length=200)
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=20_000)

    def validate_text(self, text: str) -> str:
        """A line "## Title" would be another chapter."""
        if any(line.startswith("## ") for line in text.splitlines()):
            raise serializers.ValidationError(_("A line that begins with ## is a chapter of its own."))
        return text


class ProjectTemplateSerializer(serializers.ModelSerializer[ProjectTemplate]):
    """A project template. `type` and `tier` empty: it fits all."""

    type = serializers.SlugRelatedField("name", queryset=RequestType.objects.all(), required=False, allow_null=True)
    milestones = TemplateMilestoneSerializer(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]
    risks = TemplateRiskSerializer(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]
    roles = TemplateRoleSerializer(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]
    sections = TemplateSectionSerializer(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]

    class Meta:
        model = ProjectTemplate
        fields = ["id", "version", *EDITABLE]
        read_only_fields = ["id", "version"]


class TemplateViewSet(VersionedViewSet):
    """Project templates, to read for those who see how things are set up, to change for those who set up intake."""

    serializer_class = ProjectTemplateSerializer
    queryset = ProjectTemplate.objects.none()
    lookup_value_regex = r"\d{1,18}"
    view_action, edit_action = "setup.view", "intake.manage"

    def get_queryset(self) -> Any:
        """All of them."""
        require(self.request.user, self.view_action)
        return ProjectTemplate.objects.select_related("type").order_by("name")

    def find(self, action: str) -> ProjectTemplate:
        """One of them, or 404; 403 for a change by those who do not set up intake."""
        require(self.request.user, action)
        found: ProjectTemplate = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return found

    def check_create(self) -> None:
        """For those who set up intake."""
        require(self.request.user, self.edit_action)

    def create_row(self, data: dict[str, Any]) -> ProjectTemplate:
        """Add it; the action checks the lists as it checks the lines of the page."""
        return create_template(values=as_lines(data))

    def change_row(self, row: ProjectTemplate, data: dict[str, Any], version: int) -> ProjectTemplate:
        """Change the fields that were sent; a list whole. Projects that exist stay as they are."""
        return edit_template(row, changes=as_lines(data), version=version)

    @extend_schema(request=None, responses={201: ProjectTemplateSerializer(many=True)})
    @action(detail=False, methods=["post"], pagination_class=None)
    def standard(self, request: Asked) -> Response:
        """Add the three standard templates, where they are not there yet; the answer holds those that were added."""
        require(request.user, self.edit_action)
        return Response(self.get_serializer(add_standard_templates(), many=True).data, status=201)


def as_lines(data: dict[str, Any]) -> dict[str, Any]:
    """The lists as the lines that the page writes and the action reads."""
    return {name: TEXTS[name](value) if name in TEXTS else value for name, value in data.items()}


class TieringVersionSerializer(serializers.ModelSerializer[TieringVersion]):
    """The tiering questionnaire. `text` is how it is written; `expected`: the number of the version that the text was made from."""

    published_by = serializers.SlugRelatedField("email", read_only=True)
    text = serializers.CharField(max_length=20_000, write_only=True)
    expected = serializers.IntegerField(min_value=0, write_only=True)
    as_text = serializers.SerializerMethodField()

    class Meta:
        model = TieringVersion
        fields = ["number", "document", "as_text", "published_at", "published_by", "text", "expected"]
        read_only_fields = ["number", "document", "published_at"]

    def get_as_text(self, row: TieringVersion) -> str:
        """The lines to change and send back."""
        return as_text(row.document)


class TieringViewSet(RoomViewSet):
    """The tiering questionnaire in force, for those who see requests everywhere; a new version, for those who set up intake."""

    serializer_class = TieringVersionSerializer
    queryset = TieringVersion.objects.none()

    @extend_schema(responses=forced_singular_serializer(TieringVersionSerializer), filters=False, parameters=[])
    def list(self, request: Asked) -> Response:
        """The one in force."""
        require(request.user, "request.view")
        return Response(self.get_serializer(current_tiering()).data)

    def create(self, request: Asked) -> Response:
        """Put a new version in force. 400 names the line that cannot be read, or says that somebody published meanwhile."""
        require(request.user, "intake.manage")
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = publish_tiering(by=request.user, at=timezone.now(), **sent.validated_data)
        return Response(self.get_serializer(made).data, status=201)
