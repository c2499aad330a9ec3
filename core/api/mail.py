"""The outbox: one's own mails, all of them for those who look after mail; to read, to send again, to confirm."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import mail_actions, mails_visible_to
from core.actions.mail import confirm_mail, resend_mail
from core.api.base import RoomViewSet
from core.models import OutgoingMail


class MailSerializer(serializers.ModelSerializer[OutgoingMail]):
    """A mail to one recipient: its state, tries and, where it failed, the reason."""

    class Meta:
        model = OutgoingMail
        fields = ["id", "kind", "to_address", "to_name", "subject", "state", "tries", "error", "created_at", "sent_at"]
        fields += ["is_confidential"]
        read_only_fields = fields


class MailDetailSerializer(MailSerializer):
    """A mail with its text."""

    class Meta(MailSerializer.Meta):
        fields = [*MailSerializer.Meta.fields, "text"]
        read_only_fields = fields


class MailViewSet(mixins.ListModelMixin, RoomViewSet):
    """Mails that the person may read, the newest first; `?state=failed` for those in trouble. A token does not read mails with links that
    let their reader in."""

    serializer_class = MailSerializer
    queryset = OutgoingMail.objects.none()
    lookup_value_regex = r"\d{1,18}"
    filterset_fields = {"state": ["exact"], "to_address": ["exact"], "kind": ["exact"]}

    def readable(self) -> Any:
        """What the person may read; by a token no links that let their reader in: it would make a session of itself."""
        rows = mails_visible_to(self.request.user)
        return rows if self.request.auth is None else rows.filter(is_secret=False)

    def get_queryset(self) -> Any:
        """Narrowed to what the person may read."""
        return self.readable().defer("text", "html").order_by("-created_at", "-pk")

    def find(self, action: str) -> OutgoingMail:
        """One of them: 404 unread, 403 for what only those who manage reports may do."""
        mail: OutgoingMail = get_object_or_404(self.readable(), pk=self.kwargs["pk"])
        if action and action not in mail_actions(self.request.user):
            raise PermissionDenied
        return mail

    @extend_schema(responses=MailDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One mail with its text."""
        return Response(MailDetailSerializer(self.find("")).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: str) -> Response:
        """Send it again: a failed one as it is, another as a copy, which is answered. 400 while it is on its way."""
        return Response(
            self.get_serializer(resend_mail(mail=self.find("report.manage"), by=request.user, at=timezone.now())).data
        )

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Say that a mail of unknown fate arrived; 400 for any other."""
        confirm_mail(mail=self.find("report.manage"), by=request.user, at=timezone.now())
        return Response(self.get_serializer(self.find("report.manage")).data)
