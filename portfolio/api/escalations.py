"""Escalation of an entry over the API: offer it above, accept or return it there, take the offer back; mixed into every register."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from portfolio.access_entries import answers_for, open_offer, targets_for
from portfolio.actions.escalations import (
    accept_escalation,
    offer_escalation,
    return_escalation,
    withdraw_escalation,
)
from portfolio.models import Entry, Escalation, Portfolio, Programme


class EscalationSerializer(serializers.ModelSerializer[Escalation]):
    """An offer to a programme or portfolio: `to` is its reference, null where you may not see it. `answer`: what became of it,
    with `words`."""

    to = serializers.SerializerMethodField()
    offered_by = serializers.SlugRelatedField("email", read_only=True)
    answered_by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = Escalation
        fields = ["id", "to", "reason", "offered_by", "offered_at", "answer", "answered_by", "answered_at", "words"]
        read_only_fields = fields

    def get_to(self, row: Escalation) -> str | None:
        """Where it was offered to, for those who see that place."""
        place = row.programme or row.portfolio
        return place.reference if place is not None and place.reference in self.context["places"] else None


class EscalateSerializer(serializers.Serializer[Any]):
    """Where to, by reference (a programme or portfolio above it), and why it cannot be dealt with here."""

    to = serializers.CharField(max_length=20)
    reason = serializers.CharField(max_length=4000)


class EscalationAnswerSerializer(serializers.Serializer[Any]):
    """Accept (with its `owner` from now on, left out: as until now) or return (with `words`) what is offered; or withdraw it."""

    answer = serializers.ChoiceField(["accept", "return", "withdraw"])
    words = serializers.CharField(required=False, allow_blank=True, max_length=4000, default="")
    owner = serializers.SlugRelatedField(
        "email", queryset=User.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )


class EscalationActions:
    """Actions for the viewset of a register, with the page's rights and actions."""

    @extend_schema(methods=["GET"], responses=EscalationSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=EscalateSerializer, responses={201: EscalationSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def escalations(self, request: Request, reference: str) -> Response:
        """Its offers, the newest first; or offer it to a programme or portfolio above."""
        if request.method == "GET":
            entry = self.find("project.view")  # type: ignore[attr-defined]
            rows = Escalation.objects.filter(entry=entry).select_related("programme", "portfolio", "offered_by", "answered_by")
            return Response(EscalationSerializer(rows, many=True, context=places(request.user, rows)).data)
        entry = self.find("register.edit")  # type: ignore[attr-defined]
        words = self.sent(EscalateSerializer)  # type: ignore[attr-defined]
        targets = {target.reference: target for target in targets_for(request.user, entry)}
        if words["to"] not in targets:
            choose = _("Choose one of: %(keys)s.") % {"keys": ", ".join(targets)}
            raise serializers.ValidationError(
                {"to": [choose if targets else _("There is no programme or portfolio above it.")]}
            )
        by: Any = request.user
        made = offer_escalation(entry, to=targets[words["to"]], reason=words["reason"], by=by, at=timezone.now())
        return Response(EscalationSerializer(made, context=places(request.user, [made])).data, status=201)

    @extend_schema(request=EscalationAnswerSerializer, responses=EscalationSerializer)
    @action(detail=True, methods=["post"], url_path="escalations/answer", url_name="escalation")
    def escalation_answer(self, request: Request, reference: str) -> Response:
        """Answer the open offer: 404 without one, 403 for who does not answer for the place. Withdrawing is for who edits it."""
        entry: Entry = self.find("project.view")  # type: ignore[attr-defined]
        offer = open_offer(entry)
        words = self.sent(EscalationAnswerSerializer)  # type: ignore[attr-defined]
        by: Any = request.user
        if words["answer"] == "withdraw":
            self.find("register.edit")  # type: ignore[attr-defined]
            withdraw_escalation(offer, by=by, at=timezone.now())
        elif not answers_for(by, offer):
            raise PermissionDenied
        elif words["answer"] == "accept":
            accept_escalation(offer, by=by, at=timezone.now(), words=words["words"], owner=words["owner"])
        else:
            return_escalation(offer, words=words["words"], by=by, at=timezone.now())
        row = Escalation.objects.select_related("programme", "portfolio", "offered_by", "answered_by").get(pk=offer.pk)
        return Response(EscalationSerializer(row, context=places(by, [row])).data)


def places(user: Any, rows: Any) -> dict[str, Any]:
    """The references of the places of these offers that the person sees. Two queries."""
    wanted = [row.programme or row.portfolio for row in rows]
    keys = [place.reference for place in wanted if place is not None]
    seen = set(Programme.objects.visible_to(user).filter(reference__in=keys).values_list("reference", flat=True))
    return {
        "places": seen | set(Portfolio.objects.visible_to(user).filter(reference__in=keys).values_list("reference", flat=True))
    }
