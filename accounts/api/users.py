"""People: list, read, invite, change, bar from signing in and let in again."""

from typing import Any

from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.actions.passwords import send_invitation
from accounts.actions.people import EDITED_FIELDS, disable_person, edit_person, enable_person, invite_person
from accounts.actions.sessions import open_sign_in
from accounts.authentication import SESSION_ONLY, NotByToken
from accounts.forms.users import UserForm
from accounts.models import User
from core.api.base import VersionedViewSet


class UserSerializer(serializers.ModelSerializer[User]):
    """A person. `unit`: the id of their organisation unit."""

    language = serializers.CharField(required=False, allow_blank=True, max_length=20)
    time_zone = serializers.CharField(required=False, allow_blank=True, max_length=60)

    class Meta:
        model = User
        fields = ["id", "email", "name", "job_title", "unit", "language", "time_zone", "is_active", "version"]
        read_only_fields = ["id", "is_active", "version"]
        extra_kwargs = {"email": {"validators": []}}


class SuccessorSerializer(serializers.Serializer[Any]):
    """Who takes over what only the disabled person could see (e-mail); needed only where something would be left."""

    successor = serializers.SlugRelatedField(
        "email", queryset=User.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )


@extend_schema_view(create=extend_schema(auth=SESSION_ONLY), partial_update=extend_schema(auth=SESSION_ONLY))
class UserViewSet(VersionedViewSet):
    """People, for those who may see who has access; changed by those who manage people, in a session and not by a token (403)."""

    serializer_class = UserSerializer
    queryset = User.objects.order_by("name", "pk")
    lookup_value_regex = r"\d{1,18}"
    filterset_fields = {"email": ["exact"], "is_active": ["exact"], "unit": ["exact"]}
    view_action = "access.view"
    edit_action = "user.manage"
    permission_classes = (*VersionedViewSet.permission_classes, NotByToken)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """403 for everybody else."""
        super().initial(request, *args, **kwargs)
        require(request.user, self.view_action)

    def find(self, action: str) -> User:
        """One of them; 403 for what only those who manage people may do."""
        require(self.request.user, action)
        return get_object_or_404(User, pk=self.kwargs["pk"])

    def check_create(self) -> None:
        """For those who manage people."""
        require(self.request.user, self.edit_action)

    def create_row(self, data: dict[str, Any]) -> User:
        """Invite: they get a mail with a link to choose a password."""
        by: Any = self.request.user
        return invite_person(by=by, at=timezone.now(), **self._checked(User(), data))

    def change_row(self, row: User, data: dict[str, Any], version: int) -> User:
        """Change the fields that were sent."""
        return edit_person(pk=row.pk, version=version, changes=self._checked(row, data))

    def _checked(self, row: User, data: dict[str, Any]) -> dict[str, Any]:
        """What was sent over what there is, checked by the page's form. Raises ValidationError by field."""
        blank = UserForm(instance=row)
        values = {name: blank[name].value() for name in blank.fields}
        values |= {name: value.pk if isinstance(value, Model) else value for name, value in data.items()}
        form = UserForm(values, instance=User.objects.get(pk=row.pk) if row.pk else None)
        if not form.is_valid():
            raise serializers.ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})
        return {name: form.cleaned_data[name] for name in EDITED_FIELDS}

    @extend_schema(request=SuccessorSerializer, auth=SESSION_ONLY)
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, pk: str) -> Response:
        """Bar from signing in, at once. 400 at `successor` where only they are named on something confidential."""
        row = self.find(self.edit_action)
        sent = SuccessorSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        by: Any = request.user
        return self.answer(disable_person(pk=row.pk, by=by, at=timezone.now(), successor=sent.validated_data["successor"]))

    @extend_schema(request=None, auth=SESSION_ONLY)
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, pk: str) -> Response:
        """Let sign in again."""
        return self.answer(enable_person(pk=self.find(self.edit_action).pk))

    @extend_schema(request=None, auth=SESSION_ONLY)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        """Let somebody sign in at once whose sign-in is paused after too many wrong passwords."""
        row = self.find(self.edit_action)
        open_sign_in(user=row, why=f"opened by {request.user.pk}")
        return self.answer(row)

    @extend_schema(request=None, responses={204: None}, auth=SESSION_ONLY)
    @action(detail=True, methods=["post"])
    def invite(self, request: Request, pk: str) -> Response:
        """Mail the link to choose a password again; 404 for somebody who is disabled."""
        row = get_object_or_404(User, pk=self.find(self.edit_action).pk, is_active=True)
        by: Any = request.user
        send_invitation(user=row, by=by, at=timezone.now())
        return Response(status=204)
