"""Imports: upload, place the columns, look at the preview, confirm. The same steps and rights as the wizard."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import import_for, import_rows, import_targets, imports_visible_to, reads_imports
from core.actions.imports import answer_import, cancel_import, confirm_import, map_import, start_import
from core.api.base import VersionedViewSet
from core.api.parsers import Json
from core.formulas.amounts import CURRENCIES
from core.imports.records import CUSTOM, LEFT_OUT
from core.imports.registry import Target, target_of
from core.imports.words import STATES, say, say_all
from core.models import ImportJob, ImportRow, ImportVerdict


class OptionsSerializer(serializers.Serializer[Any]):
    """What holds for the whole file."""

    as_at = serializers.DateField(required=False, allow_null=True, help_text="The day that the file tells about.")
    currency = serializers.ChoiceField(sorted(CURRENCIES), required=False)
    system = serializers.CharField(required=False, max_length=60, allow_blank=True)
    date_order = serializers.ChoiceField(["", "day", "month"], required=False)
    scope = serializers.CharField(
        required=False, max_length=200, allow_blank=True, help_text="What rows belong to that do not say it: a reference."
    )
    fiscal_month = serializers.IntegerField(required=False, min_value=1, max_value=12)


class ImportSerializer(serializers.ModelSerializer[ImportJob]):
    """One file on its way. `mapping`: column name -> field, "custom" (keep as a further field) or "" (leave out).
    `options` are those of the wizard. `report` counts rows by what happens to them and cells by why they were not read."""

    started_by = serializers.SlugRelatedField("email", read_only=True)
    confirmed_by = serializers.SlugRelatedField("email", read_only=True)
    error = serializers.SerializerMethodField()
    mapping = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    options = OptionsSerializer(required=False)

    class Meta:
        model = ImportJob
        fields = ["id", "target", "name", "size", "sha256", "state", "started_by", "confirmed_by", "sheet", "header_line"]
        fields += ["mapping", "mapping_name", "options", "report", "error", "created_at", "finished_at", "version"]
        read_only_fields = [name for name in fields if name not in ("mapping", "mapping_name", "options")]

    def get_error(self, job: ImportJob) -> str:
        """Why it failed."""
        return say(job.error)


class ImportDetailSerializer(ImportSerializer):
    """One import with what was found in its file."""

    columns = serializers.JSONField(source="reading.columns", read_only=True, default=list)  # type: ignore[arg-type]
    remarks = serializers.SerializerMethodField()

    class Meta(ImportSerializer.Meta):
        fields = [*ImportSerializer.Meta.fields, "columns", "remarks"]

    def get_remarks(self, job: ImportJob) -> list[str]:
        """What was found in the file."""
        return say_all(job.reading.get("notes", []))


class UploadSerializer(serializers.Serializer[Any]):
    """A file, as multipart form data."""

    file = serializers.FileField()
    target = serializers.CharField(required=False, help_text="What it holds; may be left out where there is one kind only.")


class AnswerSerializer(serializers.Serializer[Any]):
    """Answers to questions about likeness: line -> "new" or a reference; `similar` answers all."""

    answers = serializers.DictField(child=serializers.CharField(), required=False)
    similar = serializers.ChoiceField(["", "new", "same"], required=False)


class ImportRowSerializer(serializers.ModelSerializer[ImportRow]):
    """What happens, or happened, to one row."""

    notes = serializers.SerializerMethodField()
    losses = serializers.SerializerMethodField()

    class Meta:
        model = ImportRow
        fields = ["number", "place", "verdict", "title", "reference", "differences", "losses", "notes", "question"]
        read_only_fields = fields

    def get_notes(self, row: ImportRow) -> list[str]:
        """Remarks on the row."""
        return say_all(row.notes)

    def get_losses(self, row: ImportRow) -> list[dict[str, str]]:
        """Cells without a value: column, place, text and why."""
        return [
            {"column": loss["column"], "place": loss["place"], "text": loss["text"], "state": str(STATES[loss["state"]])}
            | {"why": say(loss.get("problem", []))}
            for loss in row.losses
        ]


class ImportViewSet(VersionedViewSet):
    """Imports into what the person may load, the newest first. 403 for those who run no imports, and for a token that would load people.
    Auditors read what was imported.

    POST a file, read until its state is `read`, PATCH the mapping (with If-Match), read until `previewed`, look at the
    rows, confirm (with If-Match), read until `applied`.
    """

    serializer_class = ImportDetailSerializer
    queryset = ImportJob.objects.none()
    lookup_value_regex = r"\d+"
    parser_classes = [Json, MultiPartParser]

    def get_queryset(self) -> Any:
        """Those that the pages show."""
        return imports_visible_to(self.request.user).order_by("-created_at", "-pk")

    def get_serializer_class(self) -> Any:
        """Lists leave out what was found in the files, and who only reads imports is not told it: a file may name what they may not see."""
        brief = self.action == "list" or (self.action == "retrieve" and reads_imports(self.request.user))
        return ImportSerializer if brief else super().get_serializer_class()

    def find(self, action: str) -> ImportJob:
        """Through the room's door. 403 for a token where only a session may load."""
        reads = self.request.method in SAFE_METHODS
        job = import_for(self.request.user, int(self.kwargs["pk"]), "import.view" if reads else "import.run")
        if not reads:
            self.refuse_token(target_of(job.target))
        return job

    def refuse_token(self, target: Target) -> None:
        """Raise 403 for a token that would load what only a session may."""
        if self.request.auth is not None and not target.by_token:
            raise PermissionDenied(_("This is done by whoever is signed in, not by a token."))

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: ImportDetailSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Upload a file; a worker reads it."""
        targets = {target.key: target for target in import_targets(request.user)}
        given = UploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        target = given.validated_data.get("target") or next(iter(targets))
        if target not in targets:
            raise serializers.ValidationError({"target": [_("Choose one of: %(keys)s.") % {"keys": ", ".join(targets)}]})
        self.refuse_token(targets[target])
        file = given.validated_data["file"]
        return self.answer(start_import(target=target, file=file, name=file.name, by=request.user), status=201)

    def change_row(self, row: ImportJob, data: dict[str, Any], version: int) -> ImportJob:
        """Place the columns: the preview is made."""
        mapping = dict(row.mapping) | data.get("mapping", {})
        known = {one.key for one in target_of(row.target).fields} | {CUSTOM, LEFT_OUT}
        columns = {column["name"] for column in row.reading.get("columns", [])}
        wrong = sorted(set(mapping) - columns) + sorted(set(mapping.values()) - known)
        if wrong:
            raise serializers.ValidationError({"mapping": [_("Unknown: %(names)s.") % {"names": ", ".join(wrong)}]})
        options = {
            key: value.isoformat() if hasattr(value, "isoformat") else value or ""
            for key, value in data.get("options", {}).items()
        }
        name = data.get("mapping_name", row.mapping_name)
        options = {key: row.options[key] for key in ("as_at", "system", "scope") if key in row.options} | options
        return map_import(job=row, mapping=mapping, options=options, name=name, by=self.request.user, version=version)

    @extend_schema(request=AnswerSerializer, responses=ImportDetailSerializer)
    @action(detail=True, methods=["post"])
    def respond(self, request: Request, pk: str) -> Response:
        """Answer questions about rows that are like something existing; the preview is made again."""
        job = self.find("")
        given = AnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answers, similar = given.validated_data.get("answers", {}), given.validated_data.get("similar", "")
        return self.answer(answer_import(job=job, answers=answers, similar=similar))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Write what the preview shows, under the name and with the rights of who confirms. Needs If-Match."""
        job = self.find("")
        return self.answer(confirm_import(job=job, by=request.user, version=self.expected_version(job)))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """End the import; nothing is written."""
        return self.answer(cancel_import(job=self.find(""), at=timezone.now()))

    @extend_schema(responses=ImportRowSerializer(many=True))
    @action(detail=True, methods=["get"], serializer_class=ImportRowSerializer)
    def rows(self, request: Request, pk: str) -> Response:
        """The rows of the preview or of the result; `?verdict=create`, `change`, `leave`, `ask` or `refuse` narrows."""
        rows, verdict = import_rows(request.user, self.find("")), request.query_params.get("verdict", "")
        if verdict and verdict not in ImportVerdict.values:
            raise NotFound
        found = rows.filter(verdict=verdict) if verdict else rows
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(found), many=True).data)
