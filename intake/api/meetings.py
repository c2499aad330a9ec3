"""Decision meetings: set up, agenda, votes, close. What a meeting decides is a decision (`item` names the agenda item)."""

from collections import Counter
from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request as Asked
from rest_framework.response import Response

from accounts.access import require
from accounts.models import User
from core.api.base import RoomViewSet, VersionedViewSet
from intake.access import agenda_item_for, request_for
from intake.actions import meetings as verbs
from intake.forms.decisions import voters
from intake.models import AgendaItem, DecisionMeeting, Request, SelectionRound, Vote
from intake.models.selection import Choice


class VoteSerializer(serializers.ModelSerializer[Vote]):
    """A member's vote; "recused" takes no part."""

    user = serializers.SlugRelatedField("email", read_only=True)
    choice = serializers.ChoiceField(Choice.choices)
    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)

    class Meta:
        model = Vote
        fields = ["user", "choice", "comment", "voted_at"]
        read_only_fields = ["voted_at"]


class AgendaItemSerializer(serializers.ModelSerializer[AgendaItem]):
    """A request on an agenda. `decision` is the id of what was decided; `counts` the votes by choice."""

    request = serializers.CharField(source="request.reference", read_only=True)
    title = serializers.CharField(source="request.title", read_only=True)
    votes = VoteSerializer(many=True, read_only=True)
    counts = serializers.SerializerMethodField()
    decision = serializers.IntegerField(source="decision.pk", read_only=True, default=None, allow_null=True)
    outcome = serializers.CharField(source="decision.outcome", read_only=True, default=None, allow_null=True)

    class Meta:
        model = AgendaItem
        fields = ["id", "meeting", "position", "request", "title", "votes", "counts", "decision", "outcome"]
        read_only_fields = ["meeting"]

    def get_counts(self, item: AgendaItem) -> dict[str, int]:
        """How many voted for what."""
        return dict(Counter(vote.choice for vote in item.votes.all()))


class AgendaPlaceSerializer(serializers.Serializer[Any]):
    """A place on the agenda, 1 = first."""

    position = serializers.IntegerField(min_value=1)


class AgendaSerializer(serializers.Serializer[Any]):
    """Requests that are ready for decision, by reference, in the order in which they are put at the end of the agenda."""

    requests = serializers.ListField(child=serializers.CharField(max_length=20), min_length=1, max_length=100)


class MembersField(serializers.ListField):
    """Who votes in a meeting, by e-mail: people who may vote, as the page offers them."""

    child = serializers.EmailField()

    def to_representation(self, members: Any) -> list[str]:
        """The members of a meeting."""
        return [member.user.email for member in members.all()]

    def to_internal_value(self, data: Any) -> list[User]:
        """The people of these addresses."""
        emails = super().to_internal_value(data)
        found = {person.email: person for person in voters().filter(email__in=emails)}
        if unknown := [email for email in emails if email not in found]:
            raise serializers.ValidationError(_("%(email)s may not vote, or is unknown.") % {"email": unknown[0]})
        return [found[email] for email in emails]


class MeetingSerializer(serializers.ModelSerializer[DecisionMeeting]):
    """A decision meeting. `members` vote, and are named by e-mail. `agenda`: the ids of its items in order, of requests that you
    may see; read them under agenda-items."""

    round = serializers.PrimaryKeyRelatedField(queryset=SelectionRound.objects.all(), required=False, allow_null=True)
    members = MembersField(min_length=1, max_length=200)
    agenda = serializers.SerializerMethodField()

    class Meta:
        model = DecisionMeeting
        fields = ["id", "version", *verbs.EDITABLE, "members", "agenda", "closed_at"]
        read_only_fields = ["id", "version", "closed_at"]

    def get_agenda(self, meeting: DecisionMeeting) -> list[int]:
        """The agenda, of requests that the reader may see."""
        return [item.pk for item in meeting.seen_items]  # type: ignore[attr-defined]


class MeetingViewSet(VersionedViewSet):
    """Decision meetings, for those who see requests everywhere; those who manage selection prepare and close them."""

    serializer_class = MeetingSerializer
    queryset = DecisionMeeting.objects.none()
    lookup_value_regex = r"\d{1,18}"
    view_action = "request.view"
    edit_action = "selection.manage"

    def get_queryset(self) -> Any:
        """All of them; their items as far as the person may see the requests."""
        require(self.request.user, self.view_action)
        seen = AgendaItem.objects.filter(request__in=Request.objects.visible_to(self.request.user).values("pk"))
        items = Prefetch("items", queryset=seen.order_by("position", "pk"), to_attr="seen_items")
        return DecisionMeeting.objects.prefetch_related(items, "members__user").order_by("-held_on", "-pk")

    def find(self, action: str) -> DecisionMeeting:
        """The meeting, for those who may."""
        require(self.request.user, action)
        found: DecisionMeeting = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return found

    def check_create(self) -> None:
        """For those who manage selection."""
        require(self.request.user, self.edit_action)

    def again(self, row: DecisionMeeting) -> DecisionMeeting:
        """The meeting as it is now."""
        found: DecisionMeeting = self.get_queryset().get(pk=row.pk)
        return found

    def create_row(self, data: dict[str, Any]) -> DecisionMeeting:
        """Set it up with its voting members."""
        return self.again(verbs.create_meeting(values=data, members=data.pop("members")))

    def change_row(self, row: DecisionMeeting, data: dict[str, Any], version: int) -> DecisionMeeting:
        """Change the fields that were sent. A member who voted stays."""
        members = data.pop("members", None)
        if members is None:
            members = [member.user for member in row.members.all()]
        return self.again(verbs.edit_meeting(row, changes=data, members=members, version=version))

    @extend_schema(request=AgendaSerializer)
    @action(detail=True, methods=["post"])
    def agenda(self, request: Asked, pk: str) -> Response:
        """Put requests on the agenda."""
        meeting = self.find(self.edit_action)
        sent = AgendaSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        chosen = [request_for(request.user, reference) for reference in dict.fromkeys(sent.validated_data["requests"])]
        verbs.put_on_agenda(meeting, requests=chosen)
        return self.answer(self.again(meeting))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request: Asked, pk: str) -> Response:
        """Close it; what was not decided stays ready. Needs If-Match."""
        meeting = self.find(self.edit_action)
        version = self.expected_version(meeting)
        return self.answer(self.again(verbs.close_meeting(meeting, at=timezone.now(), version=version)))


class AgendaItemViewSet(mixins.ListModelMixin, RoomViewSet):
    """Items of agendas, of requests that the person may see; `?meeting=` for one meeting's."""

    serializer_class = AgendaItemSerializer
    queryset = AgendaItem.objects.none()
    lookup_value_regex = r"\d{1,18}"
    filterset_fields = {"meeting": ["exact"]}

    def get_queryset(self) -> Any:
        """For those who see requests everywhere, narrowed to requests that they may see."""
        require(self.request.user, "request.view")
        seen = AgendaItem.objects.filter(request__in=Request.objects.visible_to(self.request.user).values("pk"))
        rows = seen.select_related("request", "decision").prefetch_related("votes__user")
        return rows.order_by("meeting", "position", "pk")

    def find(self, action: str) -> AgendaItem:
        """Through the room's door."""
        return agenda_item_for(self.request.user, int(self.kwargs["pk"]), action)

    def again(self) -> Response:
        """The item as it is now."""
        return Response(self.get_serializer(self.get_queryset().get(pk=self.kwargs["pk"])).data)

    def retrieve(self, request: Asked, pk: str) -> Response:
        """One item with its votes."""
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)

    def destroy(self, request: Asked, pk: str) -> Response:
        """Take it off the agenda, with its votes; 400 once it is decided."""
        verbs.take_off_agenda(self.find("selection.manage"))
        return Response(status=204)

    @extend_schema(request=VoteSerializer)
    @action(detail=True, methods=["post"])
    def vote(self, request: Asked, pk: str) -> Response:
        """Vote as a member, or change one's vote, until the decision. "recused" for who takes no part."""
        item = self.find("request.vote")
        sent = VoteSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        verbs.cast_vote(item, by=request.user, at=timezone.now(), **sent.validated_data)
        return self.again()

    @extend_schema(request=AgendaPlaceSerializer)
    @action(detail=True, methods=["post"])
    def place(self, request: Asked, pk: str) -> Response:
        """Put it at another place on the agenda."""
        item = self.find("selection.manage")
        sent = AgendaPlaceSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        verbs.move_item(item, position=sent.validated_data["position"])
        return self.again()
