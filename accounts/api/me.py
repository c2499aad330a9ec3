"""Who am I? One's own profile, and which mails one gets."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import rights_of
from accounts.actions.people import PROFILE_FIELDS, edit_profile
from accounts.forms.profile import ProfileForm
from accounts.models import User
from core.actions.preferences import preferences_of, set_preferences
from core.api.base import TaggedViewSet
from core.mail_topics import mail_topics
from core.models.preferences import When


class MeSerializer(serializers.ModelSerializer[User]):
    """The person who asks, and the roles they hold everywhere."""

    roles = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "email", "name", "job_title", "language", "time_zone", "roles"]

    def get_roles(self, user: User) -> list[str]:
        """Names of the roles granted everywhere."""
        return sorted(rights_of(user).everywhere)


class ProfileSerializer(serializers.ModelSerializer[User]):
    """What a person says about themselves. `language`: "en-gb"; "" for that of the browser. `time_zone`: "Europe/London"; "" for that
    of the organisation. The e-mail address is changed by who manages people."""

    language = serializers.CharField(required=False, allow_blank=True, max_length=20)
    time_zone = serializers.CharField(required=False, allow_blank=True, max_length=60)

    class Meta:
        model = User
        fields = ["email", *PROFILE_FIELDS, "version"]
        read_only_fields = ["email", "version"]


class MailChoiceSerializer(serializers.Serializer[Any]):
    """When the mails of one topic come. `may_stop`: whether "never" is allowed."""

    topic = serializers.CharField(max_length=40)
    label = serializers.CharField(read_only=True)
    help = serializers.CharField(read_only=True, allow_blank=True)
    may_stop = serializers.BooleanField(read_only=True)
    when = serializers.ChoiceField(When.choices)


class MailChoicesSerializer(serializers.Serializer[Any]):
    """When mails come, by topic. Topics that are left out stay as they are."""

    topics = MailChoiceSerializer(many=True)


class MeViewSet(TaggedViewSet):
    """Who am I?"""

    serializer_class = MeSerializer
    queryset = User.objects.none()
    pagination_class = None
    filter_backends = ()

    @extend_schema(responses=forced_singular_serializer(MeSerializer))
    def list(self, request: Request) -> Response:
        """The person who asks."""
        me: Any = request.user
        return Response(MeSerializer(me).data)

    @extend_schema(request=ProfileSerializer, responses=ProfileSerializer)
    @action(detail=False, methods=["get", "patch"], serializer_class=ProfileSerializer)
    def profile(self, request: Request) -> Response:
        """Your profile, with its ETag; or change it (PATCH): what is not sent stays. Changing needs If-Match; 400 for a language or a
        time zone that there is not."""
        me: Any = request.user
        person = User.objects.get(pk=me.pk)
        if request.method == "GET":
            return self.answer(person)
        version = self.expected_version(person)
        sent = ProfileSerializer(person, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        values = {name: getattr(person, name) for name in PROFILE_FIELDS} | dict(sent.validated_data)
        form = ProfileForm(values | {"version": version}, instance=person)
        if not form.is_valid():
            raise serializers.ValidationError({name: [str(one) for one in errors] for name, errors in form.errors.items()})
        return self.answer(edit_profile(user=person, version=version, changes=form.cleaned_data))

    @extend_schema(request=MailChoicesSerializer, responses=MailChoicesSerializer)
    @action(detail=False, methods=["get", "patch"])
    def mails(self, request: Request) -> Response:
        """Which mails you get, and when; or choose (PATCH). 400 for an unknown topic, and for "never" where the office must be able to
        tell you."""
        if request.method == "PATCH":
            sent = MailChoicesSerializer(data=request.data)
            sent.is_valid(raise_exception=True)
            wanted = {one["topic"]: one["when"] for one in sent.validated_data["topics"]}
            known = [topic.key for topic in mail_topics()]
            if not wanted.keys() <= set(known):
                raise serializers.ValidationError({"topics": [_("Choose one of: %(keys)s.") % {"keys": ", ".join(known)}]})
            set_preferences(user=request.user, wanted=wanted)
        chosen = preferences_of(request.user)
        told = [
            {"topic": one.key, "label": one.label, "help": one.help, "may_stop": one.may_stop, "when": chosen[one.key]}
            for one in mail_topics()
        ]
        return Response(MailChoicesSerializer({"topics": told}).data)
