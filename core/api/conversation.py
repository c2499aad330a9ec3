"""Comments and files: of an object (a mixin for its viewset), and one by one."""

from typing import Any

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import attachment_for, attachment_to_remove, comment_for
from core.actions.conversation import about, attach_file, edit_comment, remove_attachment, remove_comment, write_comment
from core.api.base import RoomViewSet
from core.files import download_of
from core.models import Attachment, Comment
from core.subjects import subject_of


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """What somebody said, in Markdown. `not_told`: mentioned addresses that may not see the object, or are unknown."""

    written_by = serializers.SlugRelatedField("email", read_only=True)
    not_told = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = ["id", "text", "written_by", "written_at", "edited_at", "not_told"]
        read_only_fields = ["written_at", "edited_at"]

    def get_not_told(self, comment: Comment) -> list[str]:
        """Filled in the answer to writing only."""
        return getattr(comment, "not_told", [])


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """A file that is kept with an object."""

    uploaded_by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = Attachment
        fields = ["id", "name", "size", "sha256", "content_type", "uploaded_by", "uploaded_at"]
        read_only_fields = fields


class FileSerializer(serializers.Serializer[Any]):
    """A file to keep, as multipart form data."""

    file = serializers.FileField()


class Talked(RoomViewSet):
    """For viewsets whose objects can be talked about and hold files. `talk_kind` is their kind in `core.subjects`."""

    talk_kind = ""

    @extend_schema(methods=["GET"], responses=CommentSerializer(many=True))
    @extend_schema(methods=["POST"], responses={201: CommentSerializer})
    @action(detail=True, methods=["get", "post"], serializer_class=CommentSerializer)
    def comments(self, request: Request, **key: Any) -> Response:
        """The comments on it, the oldest first; or say something."""
        if request.method == "GET":
            return self._rows(Comment.objects.select_related("written_by"), "view_action")
        it = self._found("comment_action")
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        comment, not_told = write_comment(it, text=given.validated_data["text"], by=request.user, at=timezone.now())
        comment.not_told = not_told  # type: ignore[attr-defined]
        return Response(self.get_serializer(comment).data, status=201)

    @extend_schema(methods=["GET"], responses=AttachmentSerializer(many=True))
    @extend_schema(methods=["POST"], request=FileSerializer, responses={201: AttachmentSerializer})
    @action(
        detail=True,
        methods=["get", "post"],
        serializer_class=AttachmentSerializer,
        parser_classes=[MultiPartParser],
    )
    def attachments(self, request: Request, **key: Any) -> Response:
        """The files that are kept with it, the newest first; or add one."""
        if request.method == "GET":
            return self._rows(Attachment.objects.select_related("uploaded_by"), "view_action")
        it = self._found("attach_action")
        given = FileSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        return Response(self.get_serializer(attach_file(it, file=file, name=file.name, by=request.user)).data, status=201)

    def _found(self, action: str) -> Any:
        return self.find(getattr(subject_of(self.talk_kind), action))

    def _rows(self, rows: Any, action: str) -> Response:
        found = rows.filter(**about(self._found(action)), removed_at=None)
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(found), many=True).data)


class CommentViewSet(RoomViewSet):
    """One's own comments, to change or take away."""

    serializer_class = CommentSerializer
    queryset = Comment.objects.none()
    lookup_value_regex = r"\d+"

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what one said; people mentioned anew are told."""
        comment, _kind, it = comment_for(request.user, int(pk))
        given = self.get_serializer(comment, data=request.data)
        given.is_valid(raise_exception=True)
        text, at = given.validated_data["text"], timezone.now()
        changed, not_told = edit_comment(comment, subject=it, text=text, by=request.user, at=at)
        changed.not_told = not_told  # type: ignore[attr-defined]
        return Response(self.get_serializer(changed).data)

    def destroy(self, request: Request, pk: str) -> Response:
        """Take it away; its history stays."""
        comment, _kind, _it = comment_for(request.user, int(pk))
        remove_comment(comment, by=request.user, at=timezone.now())
        return Response(status=204)


class AttachmentViewSet(RoomViewSet):
    """Files of objects that the person may see."""

    serializer_class = AttachmentSerializer
    queryset = Attachment.objects.none()
    lookup_value_regex = r"\d+"

    def retrieve(self, request: Request, pk: str) -> Response:
        """What the file is called, its size and digest."""
        return Response(self.get_serializer(attachment_for(request.user, int(pk))).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def download(self, request: Request, pk: str) -> FileResponse:
        """The file itself."""
        try:
            return download_of(attachment_for(request.user, int(pk)))
        except FileNotFoundError as error:
            raise NotFound from error

    def destroy(self, request: Request, pk: str) -> Response:
        """Take it away: one's own, or any of an object that one may edit. Its history stays."""
        attachment, _kind, _it = attachment_to_remove(request.user, int(pk))
        remove_attachment(attachment, at=timezone.now())
        return Response(status=204)
