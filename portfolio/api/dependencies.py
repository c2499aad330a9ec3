"""Dependencies over the API, besides what every register does: each side's rating, other days offered and answered."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.access_entries import side_of_offer, sides_of
from portfolio.actions.dependencies import (
    MAY_MOVE,
    OTHER,
    SIDES,
    answer_offer,
    offer_date,
    rate_dependency,
    withdraw_offer,
)
from portfolio.api.raid import VIEWSETS, EntryViewSet
from portfolio.filters.raid import FILTERS
from portfolio.models import DateOffer, Entry
from portfolio.models.ratings import Rag
from portfolio.registers import Move

ANSWERS = {"accept": True, "refuse": False, "withdraw": None}


class DateOfferSerializer(serializers.ModelSerializer[DateOffer]):
    """A day that one side offers the other: the giver another commitment, the receiver another need. `answer`: what became of it."""

    offered_by = serializers.SlugRelatedField("email", read_only=True)
    answered_by = serializers.SlugRelatedField("email", read_only=True)

    class Meta:
        model = DateOffer
        fields = [
            "id", "side", "before_on", "offered_on", "reason", "offered_by", "offered_at", "answer", "answered_by", "answered_at",
            "words",
        ]  # fmt: skip
        read_only_fields = ["before_on", "offered_at", "answer", "answered_at", "words"]


class OfferAnswerSerializer(serializers.Serializer[Any]):
    """The other side accepts or refuses (with `words`); the own side withdraws."""

    answer = serializers.ChoiceField(list(ANSWERS))
    words = serializers.CharField(required=False, allow_blank=True, max_length=4000, default="")


class SideRatingSerializer(serializers.Serializer[Any]):
    """How a side sees the contract; empty takes its rating away."""

    side = serializers.ChoiceField(sorted(SIDES))
    rag = serializers.ChoiceField(Rag.choices, allow_blank=True)


class DependencyViewSet(EntryViewSet):
    """Dependencies: those that the person may see; the same filters as the list. What a move, a rating or an answer does belongs
    to one side: 403 for who acts for the other one only."""

    kind = "dependency"
    serializer_class = VIEWSETS["dependency"].serializer_class
    filterset_class = FILTERS["dependency"]

    def moves_open(self, entry: Entry) -> list[Move]:
        """The moves that the person's side may make now."""
        sides = sides_of(self.request.user, entry.dependency)
        return [one for one in entry.register.moves_from(entry.status) if MAY_MOVE[one.verb] & sides]

    @extend_schema(request=SideRatingSerializer)
    @action(detail=True, methods=["post"])
    def rate(self, request: Request, reference: str) -> Response:
        """Rate it for a side that you act for."""
        entry, words = self.find("register.edit"), self.sent(SideRatingSerializer)
        sides = sides_of(request.user, entry.dependency)
        if words["side"] not in sides:
            raise PermissionDenied
        rate_dependency(entry, side=words["side"], rag=words["rag"], sides=sides)
        return self.again()

    @extend_schema(methods=["GET"], responses=DateOfferSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=DateOfferSerializer, responses={201: DateOfferSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def offers(self, request: Request, reference: str) -> Response:
        """The days that were offered, the newest first; or offer another one."""
        if request.method == "GET":
            rows = DateOffer.objects.filter(dependency=self.find("project.view").pk)
            return Response(DateOfferSerializer(rows.select_related("offered_by", "answered_by"), many=True).data)
        entry, words = self.find("register.edit"), self.sent(DateOfferSerializer)
        sides = sides_of(request.user, entry.dependency)
        if words["side"] not in sides:
            raise PermissionDenied
        made = offer_date(
            entry, side=words["side"], day=words["offered_on"], reason=words["reason"], sides=sides, by=request.user,
            at=timezone.now(),
        )  # fmt: skip
        return Response(DateOfferSerializer(made).data, status=201)

    @extend_schema(
        request=OfferAnswerSerializer, responses=DateOfferSerializer, parameters=[OpenApiParameter("offer", int, "path")]
    )
    @action(detail=True, methods=["post"], url_path=r"offers/(?P<offer>\d+)/answer", url_name="answer")
    def answer_to(self, request: Request, reference: str, offer: str) -> Response:
        """Accept, refuse or withdraw an offered day. 400 for one that was answered already."""
        entry, words = self.find("register.edit"), self.sent(OfferAnswerSerializer)
        found, sides = side_of_offer(request.user, entry, int(offer))
        accept = ANSWERS[words["answer"]]
        if (found.side if accept is None else OTHER[found.side]) not in sides:
            raise PermissionDenied
        at = timezone.now()
        if accept is None:
            found = withdraw_offer(found, sides=sides, by=request.user, at=at)
        else:
            found = answer_offer(found, accept=accept, sides=sides, by=request.user, at=at, words=words["words"])
        return Response(DateOfferSerializer(found).data)
