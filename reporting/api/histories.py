"""The history of what an office sets up, of rounds, meetings, schedules and people, as their pages tell it."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import RoomViewSet
from core.api.history import HistoryEntrySerializer, answer_entries
from core.models import SavedView
from reporting.histories import NOUNS, noun_for, thing_for, trail_of_thing

NOUN = OpenApiParameter("noun", str, "path", enum=list(NOUNS), description="Of which kind of thing.")
ALL = OpenApiParameter(
    "noun",
    str,
    "path",
    enum=[key for key, noun in NOUNS.items() if noun.whole],
    description="Of which kind of thing; of people, schedules, rounds and meetings there is only that of each.",
)


class HistoryViewSet(RoomViewSet):
    """Who changed what on calendars, thresholds, scales, categories, routes, templates, units, people, schedules, rounds, meetings."""

    serializer_class = HistoryEntrySerializer
    queryset = SavedView.objects.none()
    lookup_field = "noun"
    lookup_value_regex = "[a-z]{1,20}"

    @extend_schema(
        operation_id="reporting_histories_of_all", parameters=[ALL], responses=HistoryEntrySerializer(many=True), filters=False
    )
    def retrieve(self, request: Request, noun: str) -> Response:
        """Everything that was changed on all things of a kind, removed ones too, the newest first."""
        found = noun_for(request.user, noun, whole=True)
        return answer_entries(self, [(found.model, {})])

    @extend_schema(
        operation_id="reporting_histories_of_one", parameters=[NOUN], responses=HistoryEntrySerializer(many=True), filters=False
    )
    @action(detail=True, url_path="(?P<pk>[0-9]{1,18})")
    def one(self, request: Request, noun: str, pk: str) -> Response:
        """Everything that was changed on one thing and its parts, the newest first."""
        found = noun_for(request.user, noun)
        it = thing_for(request.user, found, int(pk))
        return answer_entries(self, trail_of_thing(request.user, found, it))
