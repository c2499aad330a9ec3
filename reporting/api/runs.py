"""The archive of reports: what was made, from which figures, what became of each recipient, and the files."""

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import prefetch_related_objects
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import may
from core.access import mails_visible_to
from core.api.base import RoomViewSet
from reporting.access import edition_for, editions_for, run_for, runs_for
from reporting.formulas.snapshot import evidence
from reporting.models import ReportDelivery, ReportEdition, ReportRun
from reporting.wording import file_name


class RunSerializer(serializers.ModelSerializer[ReportRun]):
    """One making of a report."""

    class Meta:
        model = ReportRun
        fields = ["id", "schedule", "due_at", "purpose", "state", "tries", "error", "created_at", "finished_at"]
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[ReportDelivery]):
    """What became of one recipient: the state of the mail, or "refused" with the reason. `mail`: its number, where you may read it."""

    state = serializers.CharField(source="mail.state", read_only=True, default="refused")
    mail = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()

    class Meta:
        model = ReportDelivery
        fields = ["address", "state", "mail", "reason"]
        read_only_fields = fields

    def get_mail(self, delivery: ReportDelivery) -> int | None:
        """The mail that went out."""
        return delivery.mail_id if delivery.mail_id in self.context["readable"] else None  # type: ignore[attr-defined]

    def get_reason(self, delivery: ReportDelivery) -> str:
        """Why it was refused, or why the mail failed."""
        return delivery.refusal or (delivery.mail.error if delivery.mail else "")


class EditionSerializer(serializers.ModelSerializer[ReportEdition]):
    """What the readers of a run get who may see the same: the file's SHA-256, size in bytes, pages, and what it finds."""

    class Meta:
        model = ReportEdition
        fields = ["id", "finding", "sha256", "size", "pages", "is_confidential"]
        read_only_fields = fields


class RunDetailSerializer(RunSerializer):
    """One making of a report with the editions that you may read, and what became of each recipient."""

    editions = EditionSerializer(many=True, read_only=True)
    deliveries = DeliverySerializer(many=True, read_only=True, allow_null=True)

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "editions", "deliveries"]
        read_only_fields = fields


class RunViewSet(mixins.ListModelMixin, RoomViewSet):
    """The archive of reports."""

    serializer_class = RunSerializer
    queryset = ReportRun.objects.none()
    lookup_value_regex = r"\d+"
    filterset_fields = {"schedule": ["exact"], "state": ["exact"], "due_at": ["gte", "lte"]}

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see; 403 without the right to see reports."""
        return runs_for(self.request.user).order_by("-due_at", "-pk")

    @extend_schema(responses=RunDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One run, with the editions that the reader may read, and its recipients for those who manage reports."""
        run = run_for(request.user, int(pk))
        editions = EditionSerializer(editions_for(request.user, run), many=True).data
        deliveries = None
        if may(request.user, "report.manage"):
            prefetch_related_objects([run], "deliveries__mail")
            readable = set(mails_visible_to(request.user).filter(delivery__run=run).values_list("pk", flat=True))
            deliveries = DeliverySerializer(run.deliveries.all(), many=True, context={"readable": readable}).data
        return Response(self.get_serializer(run).data | {"editions": editions, "deliveries": deliveries})


class EditionViewSet(RoomViewSet):
    """The files of reports: 404 for those who may not see today everything that an edition names."""

    serializer_class = EditionSerializer
    queryset = ReportEdition.objects.none()
    lookup_value_regex = r"\d{1,18}"

    def retrieve(self, request: Request, pk: str) -> Response:
        """One edition."""
        return Response(self.get_serializer(edition_for(request.user, int(pk))).data)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, pk: str) -> FileResponse:
        """The PDF as it was sent; 404 where the file is gone."""
        edition = edition_for(request.user, int(pk))
        if not default_storage.exists(edition.file):
            raise Http404
        return FileResponse(
            default_storage.open(edition.file, "rb"),
            as_attachment=True,
            filename=file_name(edition),
            content_type="application/pdf",
        )

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def figures(self, request: Request, pk: str) -> Response:
        """The frozen figures behind the PDF: the evidence."""
        return Response(evidence(edition_for(request.user, int(pk)).snapshot))
