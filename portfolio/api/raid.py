"""Registers: list, read, add one or many, change one or several, move, convert, link, follow and escalate risks, issues,
assumptions, decisions, actions, dependencies and change requests. The same access, filters and actions as the pages."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import ValuesViewSet, VersionedViewSet
from core.api.conversation import Talked
from core.api.history import Historied
from core.errors import ActionError
from core.prepared import PreparedValues
from portfolio.access_entries import (
    check_response,
    entry_actions,
    entry_for,
    home_of_next,
    may_add_entries,
    scope_actions,
    scope_for_entries,
    sides_of,
)
from portfolio.actions.changes import current_deciders, decide_change, submit_change, vote_change
from portfolio.actions.dependencies import move_dependency
from portfolio.actions.raid import (
    SCOPES,
    convert_entry,
    create_entry,
    decide_entry,
    edit_entry,
    follow_entry,
    link_entries,
    move_entry,
    unfollow_entry,
    unlink_entries,
)
from portfolio.actions.raid_several import RowError, change_several, create_entries
from portfolio.actions.responses import close_risk, happen_risk
from portfolio.api.entries import (
    EntryBecameSerializer,
    EntryConvertSerializer,
    EntryLinkSerializer,
    EntryMoveSerializer,
    EntryPossibleMoveSerializer,
    EntryReferencesSerializer,
    EntryRowsSerializer,
    EntrySerializer,
    EntrySeveralSerializer,
)
from portfolio.api.escalations import EscalationActions
from portfolio.filters.raid import FILTERS
from portfolio.forms.raid import BulkForm
from portfolio.models import Entry, EntryLink, Portfolio, Programme, Project
from portfolio.models.visibility import Scopes, scopes_of, somebody
from portfolio.registers import KINDS, Move
from portfolio.trail import entry_trail

SCOPE_MODELS = {"project": Project, "programme": Programme, "portfolio": Portfolio}
FROM_ASIDE = {"risk", "dependency"}
"""Registers whose entries can be seen without what they belong to."""


def _listed(scopes: Scopes, kind: str, paths: tuple[str, ...], *, user: int, keys: list[int]) -> Any:
    reader = somebody(user, scopes)
    seen: dict[str, Any] = {}
    for name, model in SCOPE_MODELS.items():
        seen[f"seen_{name}"] = F(f"{name}__reference")
        if kind in FROM_ASIDE:
            seen[f"seen_{name}"] = shown(model.objects.visible_to(reader), name)  # type: ignore[attr-defined]
    if kind == "dependency":
        seen["seen_giver"] = shown(Project.objects.visible_to(reader), "dependency__giver")
    if kind == "action":
        # Only those of these actions: PostgreSQL would ask of all entries which the reader sees, to look a hundred up.
        risks = Entry.objects.filter(pk__among=keys, action__about__isnull=False).order_by().values("action__about")
        seen["seen_about"] = shown(Entry.objects.visible_to(reader).filter(pk__in=risks), "action__about")
    return Entry.objects.filter(pk__among=keys).order_by().annotate(**seen).values_list("pk", *paths)


LISTED = PreparedValues(_listed, user=int, keys=list)


class EntryViewSet(Historied, EscalationActions, Talked, ValuesViewSet, VersionedViewSet):
    """Entries of one register that the person may see; the same filters as its list. A subclass says which register."""

    kind = ""
    queryset = Entry.objects.none()
    lookup_field = "reference"
    talk_kind = "entry"
    view_action = "project.view"
    edit_action = "register.edit"

    def get_queryset(self) -> Any:
        """Narrowed to what the person may see, with the references of what they may see beside it."""
        return Entry.objects.visible_to(self.request.user).filter(kind=self.kind).order_by("-pk")

    def read_page(self, rows: Any, paths: tuple[str, ...]) -> Any:
        """Keys and count from an index, then the columns, in a query that is put together once for readers of equal rights."""
        user = self.request.user
        keys = self.paginator.paginate_keys(rows, self.request)  # type: ignore[union-attr]
        known = {row[0]: row[1:] for row in LISTED(scopes_of(user), self.kind, paths, user=user.pk, keys=keys)} if keys else {}
        return [known[key] for key in keys if key in known]

    def find(self, action: str) -> Entry:
        """Through the room's door."""
        return entry_for(self.request.user, self.kwargs["reference"], action, kind=self.kind)

    def trail(self, it: Entry) -> Any:
        """As on the page."""
        return entry_trail(self.request.user, it)

    def create_row(self, data: dict[str, Any]) -> Entry:
        """Add, where the person may write."""
        values = self.values_of(data)
        scopes = [values[name] for name in SCOPES if values.get(name) is not None]
        if len(scopes) != 1:
            raise ActionError(_("Choose exactly one portfolio, programme or project."), field="project")
        self.check_scope(scopes[0])
        if self.kind == "action":
            check_response(self.request.user, values)
        return create_entry(self.kind, values=values, by=self.request.user, at=timezone.now())

    def change_row(self, row: Entry, data: dict[str, Any], version: int) -> Entry:
        """Change the fields that were sent."""
        values = self.values_of(data)
        for name in SCOPES:
            if values.get(name) is not None and values[name].pk != getattr(row, f"{name}_id"):
                self.check_scope(values[name])
                self.check_scope(row.scope)
                values |= {other: None for other in SCOPES if other != name and other not in values}
        if self.kind == "action":
            if values.get("about", row) is None and not self.sees(row.action.about_id):
                del values["about"]  # null stood for what they may not see: it stays
            check_response(self.request.user, values, current=row)
        return edit_entry(row, changes=values, version=version, by=self.request.user, at=timezone.now())

    def sees(self, pk: int | None) -> bool:
        """Whether the person sees the entry of this number."""
        return Entry.objects.visible_to(self.request.user).filter(pk=pk).exists()

    def values_of(self, data: dict[str, Any]) -> dict[str, Any]:
        """What was sent, by the names of both tables' fields."""
        return data | data.pop(self.kind, {})

    def check_scope(self, scope: Any) -> None:
        """403 for a scope that the person sees and may not write in."""
        if "register.edit" not in scope_actions(self.request.user, scope):
            raise PermissionDenied

    def sent(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """What was sent, checked."""
        given = serializer(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def again(self, status: int = 200) -> Response:
        """The entry as it is now, with its ETag."""
        return self.answer(self.find("project.view"), status=status)

    @extend_schema(responses=EntryPossibleMoveSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def moves(self, request: Request, reference: str) -> Response:
        """The moves that you may make now. A dependency's belong to one side each, a change is decided by whom its route names."""
        return Response(
            [
                {"verb": one.verb, "label": str(one.label), "target": one.target, "needs_reason": one.reason}
                for one in self.moves_open(self.find("project.view"))
            ]
        )

    def moves_open(self, entry: Entry) -> list[Move]:
        """The moves that the person may make now."""
        actions = entry_actions(self.request.user, entry)
        return [one for one in entry.register.moves_from(entry.status) if one.action in actions]

    @extend_schema(request=EntryMoveSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, reference: str) -> Response:
        """Move it: 403 for a move that you may not make, 400 where it does not lead out of the present state. Submitting and deciding
        need If-Match."""
        entry = self.find("project.view")
        words = self.sent(EntryMoveSerializer)
        step = entry.register.move(words["verb"])
        if step is None:
            known = ", ".join(one.verb for one in entry.register.moves)
            raise serializers.ValidationError({"verb": [_("Choose one of: %(keys)s.") % {"keys": known}]})
        entry = self.find(step.action)
        version = self.expected_version(entry) if step.verb in READ_FIRST.get(self.kind, ()) else None
        move_one(entry, words, request.user, version)
        return self.again()

    @extend_schema(request=EntryRowsSerializer, responses={201: EntryReferencesSerializer})
    @action(detail=False, methods=["post"])
    def rows(self, request: Request) -> Response:
        """Add many at once, all or none; 403 for who writes in no register, 400 names the row that is refused."""
        if not may_add_entries(request.user):
            raise PermissionDenied
        words = self.sent(EntryRowsSerializer)
        scope = scope_for_entries(request.user, words["scope"])
        rows = [(number, {key: value for key, value in row.items() if value}) for number, row in enumerate(words["rows"], 1)]
        try:
            made = create_entries(self.kind, rows, scope=scope, by=request.user, at=timezone.now())
        except RowError as error:
            where = f"rows.{error.number - 1}" + (f".{error.field}" if error.field else "")
            raise serializers.ValidationError({where: [str(error)]}) from error
        return Response({"references": [entry.reference for entry in made]}, status=201)

    @extend_schema(request=EntrySeveralSerializer, responses=EntryReferencesSerializer)
    @action(detail=False, methods=["post"])
    def several(self, request: Request) -> Response:
        """Change several at once, all or none: 404 or 403 where one of them may not be seen or changed."""
        words = self.sent(EntrySeveralSerializer)
        entries = [
            entry_for(request.user, reference, "register.edit", kind=self.kind)
            for reference in sorted(set(words.pop("references")))
        ]
        form = BulkForm(words | {"owner": words["owner"] and words["owner"].pk}, kind=self.kind)
        if not form.is_valid():
            raise serializers.ValidationError(
                {
                    ("non_field_errors" if name == "__all__" else name): list(map(str, said))
                    for name, said in form.errors.items()
                }
            )
        change_several(entries, form.cleaned_data, by=request.user, at=timezone.now())
        return Response({"references": [entry.reference for entry in entries]})

    @extend_schema(request=EntryConvertSerializer, responses={201: EntryBecameSerializer})
    @action(detail=True, methods=["post"])
    def convert(self, request: Request, reference: str) -> Response:
        """Make an entry of another register out of this one, linked "became"."""
        entry = self.find("register.edit")
        values = home_of_next(request.user, entry)
        made = convert_entry(
            entry, self.sent(EntryConvertSerializer)["kind"], by=request.user, at=timezone.now(), values=values
        )
        return Response({"kind": made.kind, "reference": made.reference}, status=201)

    @extend_schema(methods=["GET"], responses=EntryLinkSerializer(many=True), filters=False)
    @extend_schema(methods=["POST"], request=EntryLinkSerializer, responses={201: EntryLinkSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def links(self, request: Request, reference: str) -> Response:
        """What it hangs together with, of what you may see; or link it to another entry."""
        if request.method == "GET":
            return Response(links_seen(request.user, self.find("project.view")))
        entry = self.find("register.edit")
        words = self.sent(EntryLinkSerializer)
        ends = (entry, words["other"]) if words["direction"] == "out" else (words["other"], entry)
        made = link_entries(*ends, meaning=words["meaning"], by=request.user, at=timezone.now())
        found = next(one for one in links_seen(request.user, entry) if one["id"] == made.pk)
        return Response(found, status=201)

    @extend_schema(request=None, parameters=[OpenApiParameter("link", int, "path")])
    @action(detail=True, methods=["delete"], url_path=r"links/(?P<link>\d+)", url_name="unlink")
    def unlink(self, request: Request, reference: str, link: str) -> Response:
        """Take a link to an entry that you see away; history keeps it."""
        entry = self.find("register.edit")
        found = get_object_or_404(EntryLink.objects.filter(Q(source=entry) | Q(target=entry)), pk=int(link))
        other = found.target_id if found.source_id == entry.pk else found.source_id
        get_object_or_404(Entry.objects.visible_to(request.user), pk=other)
        unlink_entries(found)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post", "delete"])
    def follow(self, request: Request, reference: str) -> Response:
        """Follow it (POST), or stop (DELETE)."""
        entry, user = self.find("comment.write"), request.user
        (follow_entry if request.method == "POST" else unfollow_entry)(entry, user=user)
        return Response(status=204)


def shown(rows: Any, name: str) -> Case:
    """The reference of a related row that is among these, else null."""
    return Case(When(Exists(rows.filter(pk=OuterRef(name)).order_by()), then=F(f"{name}__reference")))


READ_FIRST = {"decision": ("decide",), "change": ("submit", "approve", "reject")}
"""Moves for which the entry must be as it was read."""


def move_one(entry: Entry, words: dict[str, Any], user: Any, version: int | None = None) -> None:
    """Make a move by the action that its kind has for it."""
    verb, reason, expected, at = words["verb"], words["reason"], words["expected"], timezone.now()
    step = entry.register.move(verb)
    if expected and entry.status != expected:
        sentence = _("%(entry)s is in the state “%(state)s” now; this cannot be done there.")
        raise ActionError(sentence % {"entry": entry.reference, "state": entry.state.label})
    if entry.kind == "dependency":
        sides = sides_of(user, entry.dependency)
        move_dependency(entry, verb, sides=sides, by=user, at=at, day=words["day"], reason=reason, expected=expected)
    elif verb == "close" and entry.kind == "risk":
        close_risk(entry, reason=reason, fate=words["responses"], by=user, at=at, expected=expected)
    elif verb == "happen":
        issue = words["makes_issue"]
        happen_risk(entry, reason=reason, fate=words["responses"], makes_issue=issue, by=user, at=at, expected=expected)
    elif verb == "decide":
        if missing := [name for name in ("chosen", "rationale") if not words[name].strip()]:
            raise ActionError(_("Say what was decided, and why."), field=missing[0])
        day = words["decided_on"] or timezone.localdate(at)
        told = {name: words[name] for name in ("chosen", "rationale")}
        decide_entry(entry, **told, decided_by=words["decided_by"] or user, decided_on=day, by=user, at=at, version=version)
    elif verb == "submit":
        submit_change(entry, by=user, at=at, version=version)
    elif verb in ("approve", "reject") and entry.kind == "change":
        if current_deciders(entry).is_board:
            vote_change(entry, choice=verb, reason=reason, by=user, at=at, voter=words["voter"], version=version)
        else:
            decide_change(entry, verb=verb, reason=reason, by=user, at=at, voter=words["voter"], version=version)
    elif step is not None and step.own_page:
        raise ActionError(_("This move has a page of its own; it cannot be made here."), field="verb")
    else:
        move_entry(entry, verb, by=user, at=at, reason=reason, expected=expected)


def links_seen(user: Any, entry: Entry) -> list[dict[str, Any]]:
    """The links of an entry whose other end the person sees. Two queries."""
    links = list(EntryLink.objects.filter(Q(source=entry) | Q(target=entry)))
    others = {link.target_id if link.source_id == entry.pk else link.source_id for link in links}
    seen = dict(Entry.objects.visible_to(user).filter(pk__in=others).values_list("pk", "reference"))
    found = []
    for link in links:
        outgoing = link.source_id == entry.pk
        other = seen.get(link.target_id if outgoing else link.source_id)
        if other is not None:
            found.append({"id": link.pk, "meaning": link.meaning, "direction": "out" if outgoing else "in", "other": other})
    return found


def viewset_of(kind: str) -> type[EntryViewSet]:
    """The viewset of one register."""
    register = KINDS[kind]
    name = "".join(word.capitalize() for word in kind.split("_"))
    serializer = type(f"{name}EntrySerializer", (EntrySerializer,), {"kind": kind, "__doc__": EntrySerializer.__doc__})
    words = f"{register.plural}: those that the person may see; the same filters as the list."
    return type(
        f"{name}ViewSet",
        (EntryViewSet,),
        {"kind": kind, "serializer_class": serializer, "filterset_class": FILTERS[kind], "__doc__": words},
    )


VIEWSETS: dict[str, type[EntryViewSet]] = {kind: viewset_of(kind) for kind in KINDS}
