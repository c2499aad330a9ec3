"""Before two requests are merged: which others there are, and both side by side. Mixed into the viewset of requests."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from core.api.base import RoomViewSet
from intake.access import request_for
from intake.actions.merges import refuse_settled
from intake.api.comparison import SimilarRequestSerializer, in_words
from intake.merging import is_confidential, lines_of, others_like, stays_first
from intake.search import LONGEST_SEARCH


class OtherSerializer(serializers.Serializer[Any]):
    """Reference of the other request."""

    other = serializers.CharField(max_length=20)


class WordsSerializer(serializers.Serializer[Any]):
    """Words of the other one; none: those with the most similar title."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_SEARCH, default="")


class PairedSerializer(SimilarRequestSerializer):
    """One of both requests; `version` as in its ETag."""

    class Meta(SimilarRequestSerializer.Meta):
        fields = [*SimilarRequestSerializer.Meta.fields, "version"]
        read_only_fields = fields


class PairLineSerializer(serializers.Serializer[Any]):
    """The same fact of both requests, in words and in their order; "" or "–" where it is not known."""

    label = serializers.CharField()
    cells = serializers.ListField(child=serializers.CharField(allow_blank=True))
    same = serializers.BooleanField()


class MergePreviewSerializer(serializers.Serializer[Any]):
    """Two requests side by side. `stays`: the reference of the one that stays unless you choose (the older one): merge the other into
    it. `is_confidential`: one of them is; whoever asked for the other one will see the one that stays."""

    requests = PairedSerializer(many=True)
    lines = PairLineSerializer(many=True)
    stays = serializers.CharField()
    is_confidential = serializers.BooleanField()


class MergePreview(RoomViewSet):
    """For the viewset of requests."""

    @extend_schema(
        responses=SimilarRequestSerializer(many=True),
        filters=False,
        parameters=[WordsSerializer],
    )
    @action(detail=True, pagination_class=None, url_path="merge-candidates")
    def merge_candidates(self, request: Asked, reference: str) -> Response:
        """At most ten requests that you could merge with this one, the likest first; 400 where it is not merged any more."""
        row = self.find("request.triage")
        refuse_settled(row)
        words = WordsSerializer(data=request.query_params)
        words.is_valid(raise_exception=True)
        found = others_like(request.user, row, words.validated_data["q"])
        return Response(SimilarRequestSerializer(found, many=True).data)

    @extend_schema(
        responses=MergePreviewSerializer,
        filters=False,
        parameters=[OtherSerializer],
    )
    @action(detail=True, pagination_class=None, url_path="merge-preview")
    def merge_preview(self, request: Asked, reference: str) -> Response:
        """Both requests side by side, before `merge`. 404 or 403 for one that you may not see or triage, 400 where one of them is
        decided, merged already, or both are the same."""
        row = self.find("request.triage")
        asked = OtherSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        other = request_for(request.user, asked.validated_data["other"], "request.triage")
        pair = (row, other)
        refuse_settled(*pair)
        told = {
            "requests": pair,
            "lines": [
                {"label": one.label, "cells": [in_words(cell) for cell in one.cells], "same": one.same}
                for one in lines_of(pair)
            ],
            "stays": stays_first(pair).reference,
            "is_confidential": is_confidential(pair),
        }
        return Response(MergePreviewSerializer(told).data)
