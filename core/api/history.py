"""The history of an object: a mixin for its viewset. The same changes as on its page, told to whom they are told there."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.history import Entry, action_words, history_of, makers_of, without_hidden_sources

LIMIT = 100_000
KINDS = [("insert", "insert"), ("update", "update"), ("delete", "delete")]


class FieldChangeSerializer(serializers.Serializer[Any]):
    """One field, before and after, in words as the page has them."""

    field = serializers.CharField(source="label")
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class HistoryEntrySerializer(serializers.Serializer[Any]):
    """One recorded change of one row of the object. `by`: who, by e-mail; null for a job. `action`: the dotted name of what was done,
    `said` the same in words. `source`: the address or job that it came from."""

    at = serializers.DateTimeField()
    by = serializers.SerializerMethodField()
    what = serializers.ChoiceField(choices=KINDS, source="label")
    noun = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    action = serializers.CharField(allow_blank=True)
    said = serializers.SerializerMethodField()
    source = serializers.CharField(allow_blank=True)
    changes = FieldChangeSerializer(many=True)

    def get_by(self, entry: Entry) -> str | None:
        """Who did it."""
        person = self.context["makers"].get(entry.user_id)
        return person.email if person else None

    def get_said(self, entry: Entry) -> str:
        """The action in words."""
        return str(action_words(entry.action))


def answer_entries(view: Any, rows: list[tuple[Any, dict[str, Any]]], own: str = "") -> Response:
    """A page of the recorded changes of these rows (see `core.history.history_of`), the newest first. `own`: the object's reference."""
    reader = view.request.user
    entries = without_hidden_sources(history_of(*rows, limit=LIMIT, reader=reader), reader=reader, own=own)
    shown = view.paginate_queryset(entries)
    context = {"request": view.request, "makers": makers_of(shown)}
    return view.get_paginated_response(HistoryEntrySerializer(shown, many=True, context=context).data)  # type: ignore[no-any-return]


class Historied:
    """For viewsets whose `find` is the object's door: `trail` names the rows of its history."""

    history_action = "history.view"

    def trail(self, it: Any) -> list[tuple[Any, dict[str, Any]]]:
        """The tracked models and the filters that pick their events, as `core.history.history_of` takes them."""
        raise NotImplementedError

    @extend_schema(responses=HistoryEntrySerializer(many=True), filters=False)
    @action(detail=True, serializer_class=HistoryEntrySerializer)
    def history(self, request: Request, **key: Any) -> Response:
        """Everything that was changed on it and its parts, the newest first."""
        view: Any = self
        it = view.find(self.history_action)
        return answer_entries(view, self.trail(it), own=getattr(it, "reference", ""))
