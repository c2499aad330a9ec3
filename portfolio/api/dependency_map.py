"""The network of dependencies as figures: contracts with their buffer, cycles, chains, points of failure; and the matrix."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import RoomViewSet
from portfolio.dependency_picture import (
    DEPTHS,
    GROUPS,
    MOST_NAMED,
    Picture,
    cells_by,
    chains_told,
    group_names,
    headline,
    matrix_of,
    picture_of,
    scope_of,
    usual_group,
    worst_first,
)
from portfolio.formulas.dependencies import Chain
from portfolio.models import Dependency
from portfolio.models.contracts import Contract
from portfolio.wording import standing_sentence


class NetworkAskedSerializer(serializers.Serializer[Any]):
    """`scope`: the reference of a project, programme or portfolio that you may see; empty: all that you may see. `depth`: how many
    steps around a project."""

    scope = serializers.CharField(required=False, allow_blank=True, max_length=20, default="")
    depth = serializers.IntegerField(required=False, min_value=min(DEPTHS), max_value=max(DEPTHS), default=2)


class GroupAskedSerializer(NetworkAskedSerializer):
    """`by`: what givers and receivers are; left out: the largest parts of which there are several."""

    by = serializers.ChoiceField(list(GROUPS), required=False, default="")


class PartySerializer(serializers.Serializer[Any]):
    """A project; without reference and title: one that you may not see."""

    reference = serializers.CharField(allow_null=True)
    title = serializers.CharField(allow_null=True)


class ContractSerializer(serializers.Serializer[Any]):
    """An open dependency. `buffer`: days between committed and needed, below zero too late. `tone` and `words`: how it stands."""

    reference = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField()
    giver = PartySerializer()
    receiver = PartySerializer()
    needed_on = serializers.DateField(allow_null=True)
    committed_on = serializers.DateField(allow_null=True)
    buffer = serializers.IntegerField(allow_null=True)
    tone = serializers.CharField()
    words = serializers.CharField(allow_blank=True)


class CircleSerializer(serializers.Serializer[Any]):
    """Projects that wait for each other: once around the shortest way; `members` hang in it."""

    path = PartySerializer(many=True)
    members = serializers.IntegerField()


class ChainSerializer(serializers.Serializer[Any]):
    """Contracts that hang on each other. `late`: days that the last project gets it too late; with 0, the first may slip `total`
    days. `undated`: contracts without a commitment. `contracts`: the references of those in the scope."""

    path = PartySerializer(many=True)
    contracts = serializers.ListField(child=serializers.CharField())
    late = serializers.IntegerField()
    total = serializers.IntegerField()
    undated = serializers.IntegerField()
    is_longest = serializers.BooleanField()


class HubSerializer(serializers.Serializer[Any]):
    """A project that many wait for: directly, in all, and those that get nothing that does not come through it."""

    project = PartySerializer()
    direct = serializers.IntegerField()
    waiting = serializers.IntegerField()
    only_through = serializers.IntegerField()


class NetworkSerializer(serializers.Serializer[Any]):
    """The findings in a scope. Of each kind the worst are told; `*_count` says how many there are."""

    scope = serializers.CharField()
    finding = serializers.CharField()
    contracts = serializers.IntegerField()
    projects = serializers.IntegerField()
    unseen = serializers.IntegerField(help_text="Dependencies that lead to a project that you may not see.")
    cycle_count = serializers.IntegerField()
    cycles = CircleSerializer(many=True)
    chain_count = serializers.IntegerField()
    chains = ChainSerializer(many=True)
    point_count = serializers.IntegerField()
    points = HubSerializer(many=True)


class MatrixGroupSerializer(serializers.Serializer[Any]):
    """A project, programme or portfolio of the matrix: its number (0: without one, -1: projects that you may not see)."""

    key = serializers.IntegerField()
    name = serializers.CharField(source="label")
    count = serializers.IntegerField()


class MatrixCellSerializer(serializers.Serializer[Any]):
    """So many contracts from a giver to a receiver, and how the worst of them stands."""

    giver = serializers.IntegerField()
    receiver = serializers.IntegerField()
    count = serializers.IntegerField()
    tone = serializers.CharField()


class DependencyMatrixSerializer(serializers.Serializer[Any]):
    """Givers by receivers, those with most contracts first; `left_out` givers and receivers have no room."""

    scope = serializers.CharField()
    by = serializers.CharField()
    givers = MatrixGroupSerializer(many=True)
    receivers = MatrixGroupSerializer(many=True)
    cells = MatrixCellSerializer(many=True)
    left_out = serializers.IntegerField()


def party_of(picture: Picture, project: int) -> dict[str, Any]:
    """A project by name; one that the reader may not see without."""
    party = picture.parties.get(project)
    return {"reference": party.reference, "title": party.title} if party else {"reference": None, "title": None}


def path_of(picture: Picture, projects: Sequence[int]) -> list[dict[str, Any]]:
    """Projects in their order."""
    return [party_of(picture, one) for one in projects]


def chain_of(picture: Picture, chain: Chain, references: dict[int, str], longest: Chain | None) -> dict[str, Any]:
    """A chain with the contracts of the scope that it leads over."""
    return {
        "path": path_of(picture, chain.projects),
        "contracts": [references[edge.key] for edge in chain.edges if edge.key in references],
        "late": chain.late,
        "total": chain.total,
        "undated": chain.undated,
        "is_longest": chain is longest,
    }


def contract_of(picture: Picture, contract: Contract, standing: Any) -> dict[str, Any]:
    """What ContractSerializer writes of a contract."""
    return contract._asdict() | {
        "giver": party_of(picture, contract.giver),
        "receiver": party_of(picture, contract.receiver),
        "buffer": contract.buffer,
        "tone": standing.tone,
        "words": standing_sentence(standing),
    }


class DependencyMapViewSet(RoomViewSet):
    """The dependencies between the projects that the person may see, in a scope that they may see (else 404)."""

    serializer_class = NetworkSerializer
    queryset = Dependency.objects.none()

    def _picture(self, serializer: Any = NetworkAskedSerializer) -> tuple[Picture, dict[str, Any]]:
        sent = serializer(data=self.request.query_params)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        return picture_of(self.request.user, scope_of(self.request.user, values["scope"], str(values["depth"]))), values

    @extend_schema(responses=forced_singular_serializer(NetworkSerializer), filters=False, parameters=[NetworkAskedSerializer])
    def list(self, request: Request) -> Response:
        """What is late, what is circular, and what hangs on one project."""
        picture, _values = self._picture()
        references = {contract.pk: contract.reference for contract in picture.contracts}
        chains, longest = chains_told(picture)
        cycles, points = picture.cycles, picture.points
        told = {
            "scope": picture.scope.words,
            "finding": headline(picture),
            "contracts": len(picture.contracts),
            "projects": sum(project > 0 for project in picture.network.projects),
            "unseen": sum(one.giver < 0 or one.receiver < 0 for one in picture.contracts),
            "cycle_count": len(cycles),
            "cycles": [{"path": path_of(picture, one.path), "members": len(one.members)} for one in cycles[:MOST_NAMED]],
            "chain_count": len(chains),
            "chains": [chain_of(picture, one, references, longest) for one in chains[:MOST_NAMED]],
            "point_count": len(points),
            "points": [vars(one) | {"project": party_of(picture, one.project)} for one in points[:MOST_NAMED]],
        }
        return Response(NetworkSerializer(told).data)

    @extend_schema(responses=ContractSerializer(many=True), filters=False, parameters=[NetworkAskedSerializer])
    @action(detail=False)
    def contracts(self, request: Request) -> Response:
        """Every open dependency of the scope, the worst first."""
        picture, _values = self._picture()
        today = timezone.localdate()
        standings = {contract.pk: contract.standing(today) for contract in picture.contracts}
        page: Any = self.paginate_queryset(worst_first(picture.contracts, standings))  # type: ignore[arg-type]
        lines = [contract_of(picture, one, standings[one.pk]) for one in page]
        return self.get_paginated_response(ContractSerializer(lines, many=True).data)

    @extend_schema(responses=DependencyMatrixSerializer, filters=False, parameters=[GroupAskedSerializer])
    @action(detail=False)
    def matrix(self, request: Request) -> Response:
        """Who gives to whom, how many, and how the worst of them stands."""
        picture, values = self._picture(GroupAskedSerializer)
        today = timezone.localdate()
        by = values["by"] or usual_group(picture)
        tones = {contract.pk: contract.standing(today).tone for contract in picture.contracts}
        found = matrix_of(cells_by(picture, by), group_names(picture, by), tones)
        cells = [cell for row in found["rows"] for cell in row["cells"] if cell]
        told = {"givers": found["rows"], "receivers": found["heads"], "cells": cells, "left_out": found["left_out"]}
        return Response(DependencyMatrixSerializer(told | {"scope": picture.scope.words, "by": by}).data)
