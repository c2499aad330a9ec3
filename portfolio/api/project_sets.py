"""Several projects at once: archive them, tag them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import changes_nothing
from core.api.base import RoomViewSet
from portfolio.actions.projects import archive_projects, tag_projects
from portfolio.models import Project

RIGHTS = {"archive": "project.archive", "tag": "project.edit"}


class ProjectSetSerializer(serializers.Serializer[Any]):
    """What to do with which projects, by their references; all or none. `tag`: the tag to add."""

    references = serializers.ListField(child=serializers.CharField(max_length=20), min_length=1, max_length=500)
    action = serializers.ChoiceField(list(RIGHTS))
    tag = serializers.CharField(required=False, allow_blank=True, max_length=50, default="")


class ProjectSetDoneSerializer(serializers.Serializer[Any]):
    """How many projects were changed: those that had the tag already were not."""

    changed = serializers.IntegerField()


class ProjectSetActions(RoomViewSet):
    """For the viewset of projects."""

    @extend_schema(request=ProjectSetSerializer, responses=ProjectSetDoneSerializer)
    @action(detail=False, methods=["post"], pagination_class=None)
    def several(self, request: Request) -> Response:
        """Archive or tag several projects; 400 names those that are not there, archived, or not yours to change."""
        if changes_nothing(request.user):
            raise PermissionDenied
        sent = ProjectSetSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        what, named = sent.validated_data["action"], list(dict.fromkeys(sent.validated_data["references"]))
        allowed = Project.objects.allowed(request.user, RIGHTS[what]).active().values("pk")
        seen = Project.objects.visible_to(request.user).filter(reference__in=named, pk__in=allowed)
        projects = list(seen.order_by("reference"))
        if missing := set(named) - {project.reference for project in projects}:
            words = _("You cannot change: %(references)s.") % {"references": ", ".join(sorted(missing))}
            raise serializers.ValidationError({"references": [words]})
        if what == "tag":
            changed = tag_projects(projects, tag=sent.validated_data["tag"])
        else:
            archive_projects(projects, at=timezone.now())
            changed = len(projects)
        return Response({"changed": changed})
