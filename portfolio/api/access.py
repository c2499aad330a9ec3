"""Roles on portfolios and programmes: who has which, give, take; and why somebody may do something."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.authentication import SESSION_ONLY, NotByToken
from accounts.models import User
from accounts.roles import ROLES
from core.api.base import RoomViewSet
from portfolio.access_why import why
from portfolio.actions.access import give_scoped_role, take_scoped_role
from portfolio.forms.access import ScopedRoleForm, WhyForm
from portfolio.models import Membership, Portfolio, Programme


class ScopedRoleSerializer(serializers.ModelSerializer[Membership]):
    """A role of a person (e-mail) on one portfolio with all in it, or one programme (by reference), from and to a day."""

    user = serializers.SlugRelatedField("email", queryset=User.objects.filter(is_active=True))
    role = serializers.ChoiceField(list(ROLES.items()))
    portfolio = serializers.SlugRelatedField("reference", queryset=Portfolio.objects.active(), required=False, allow_null=True)
    programme = serializers.SlugRelatedField("reference", queryset=Programme.objects.active(), required=False, allow_null=True)

    class Meta:
        model = Membership
        fields = ["id", "user", "role", "portfolio", "programme", "starts_on", "ends_on"]
        validators: list[Any] = []  # the action refuses, with the page's sentences


class WhySerializer(serializers.Serializer[Any]):
    """Why somebody may do it: sentences that give the right, sentences that do not, and the roles that would."""

    words = serializers.CharField()
    grounds = serializers.ListField(child=serializers.CharField())
    others = serializers.ListField(child=serializers.CharField())
    roles = serializers.ListField(child=serializers.CharField())
    disabled = serializers.BooleanField()


class ScopedRoleViewSet(mixins.ListModelMixin, RoomViewSet):
    """Roles on portfolios and programmes, for those who may see who has access; those on a project are its memberships. Given and
    taken in a session, not by a token (403)."""

    serializer_class = ScopedRoleSerializer
    queryset = Membership.objects.none()
    lookup_value_regex = r"\d{1,18}"
    permission_classes = (*RoomViewSet.permission_classes, NotByToken)
    filterset_fields = {"user__email": ["exact"], "role": ["exact"]}

    def get_queryset(self) -> Any:
        """All of them."""
        require(self.request.user, "access.view")
        rows = Membership.objects.filter(project=None).select_related("user", "portfolio", "programme")
        return rows.order_by("pk")

    @extend_schema(auth=SESSION_ONLY)
    def create(self, request: Request) -> Response:
        """Give a role, never to yourself."""
        require(request.user, "grant.manage")
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        keys = {name: value.pk for name in ("user", "portfolio", "programme") if (value := data.get(name))}
        form = ScopedRoleForm({name: data.get(name) for name in ("role", "starts_on", "ends_on")} | keys)
        if not form.is_valid():
            raise serializers.ValidationError({name: [str(one) for one in errors] for name, errors in form.errors.items()})
        return Response(self.get_serializer(give_scoped_role(by=request.user, **form.cleaned_data)).data, status=201)

    @extend_schema(auth=SESSION_ONLY)
    def destroy(self, request: Request, pk: str) -> Response:
        """Take it away, from the next request on."""
        require(request.user, "grant.manage")
        take_scoped_role(pk=get_object_or_404(Membership, pk=pk, project=None).pk)
        return Response(status=204)

    @extend_schema(
        responses=WhySerializer,
        filters=False,
        parameters=[
            OpenApiParameter("action", str, required=True, description='What is to be done, for example "project.edit".'),
            OpenApiParameter(
                "person", str, description="E-mail; oneself unless told. Others for those who see who has access."
            ),
            OpenApiParameter("project", str, description="Reference; none: what holds everywhere."),
        ],
    )
    @action(detail=False, pagination_class=None)
    def why(self, request: Request) -> Response:
        """Why somebody may, or may not, do something. About oneself everybody may ask."""
        me: Any = request.user
        email = request.query_params.get("person", me.email)
        if email != me.email:
            require(me, "access.view")
        person = User.objects.filter(email=email).first() if "\0" not in email else None
        asked = {name: request.query_params.get(name, "") for name in ("project", "action")}
        form = WhyForm({**asked, "person": person.pk if person else None}, asker=me)
        if not form.is_valid():
            raise serializers.ValidationError({name: [str(one) for one in errors] for name, errors in form.errors.items()})
        found = why(form.cleaned_data)
        return Response(WhySerializer(found | {"roles": [str(role) for role in found["roles"]]}).data)
