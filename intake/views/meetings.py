"""Pages of decision meetings: prepare the agenda, then one request after another: look, vote, decide."""

from collections import Counter
from typing import Any

import django_filters as filters
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import may, require
from core.columns import Column, title_cell
from core.lists import Empty, Register
from core.views.editing import answer_button, answer_form, typed, whole_number
from intake.access import agenda_item_for, request_actions
from intake.actions import meetings as actions
from intake.actions.case_documents import case_basis
from intake.actions.scores import score_basis
from intake.forms.decisions import ConditionFormSet, DecisionForm, MeetingForm, VoteForm
from intake.models import AgendaItem, DecisionMeeting, RankedEntry, Request
from intake.models.requests import State
from intake.models.selection import Choice
from intake.views.decisions import answer_decision

ITEM = "intake/meetings/item_detail.html"


class MeetingFilters(filters.FilterSet):
    """Filters of the list of meetings."""

    q = filters.CharFilter(label=gettext_lazy("Search"), field_name="name", lookup_expr="icontains")

    class Meta:
        model = DecisionMeeting
        fields: list[str] = []


def meeting_url(meeting: DecisionMeeting) -> str:
    """The page of a meeting."""
    return reverse("intake:meeting-detail", args=[meeting.pk])


def meetings(user: Any) -> "QuerySet[DecisionMeeting]":
    """All meetings with how much of their agenda is decided."""
    return DecisionMeeting.objects.annotate(
        item_count=Count("items", distinct=True),
        decided_count=Count("items", filter=Q(items__decision__isnull=False), distinct=True),
    )


MEETINGS = Register(
    name="intake:meeting-list",
    title=gettext_lazy("Decision meetings"),
    file_name="decision-meetings",
    rows=meetings,
    filters=MeetingFilters,
    link=meeting_url,
    order="-held_on",
    empty=Empty(
        gettext_lazy("No decision meeting yet"),
        gettext_lazy("A meeting takes one request after another, gathers votes and records what was decided."),
        "gavel",
    ),
    columns=[
        Column("name", gettext_lazy("Meeting"), "name", draw=lambda row: title_cell(meeting_url(row), row.name), order="name"),
        Column("held_on", gettext_lazy("Day"), "held_on", "date", order="held_on"),
        Column("items", gettext_lazy("On the agenda"), "item_count", "number", order="item_count"),
        Column("decided", gettext_lazy("Decided"), "decided_count", "number", order="decided_count"),
        Column("closed", gettext_lazy("Closed"), "closed_at", "date", order="closed_at"),
    ],
)


@require_GET
def meeting_list(request: HttpRequest) -> HttpResponseBase:
    """All decision meetings."""
    require(request.user, "request.view")
    url = reverse("intake:meeting-create")
    primary = {"label": _("Add meeting"), "url": url} if may(request.user, "selection.manage") else None
    return MEETINGS.answer(request, primary=primary, no_as_of=True)


def meeting_create(request: HttpRequest) -> HttpResponse:
    """Add a meeting."""
    require(request.user, "selection.manage")
    return answer_form(
        request,
        MeetingForm(request.POST or None),
        lambda valid: actions.create_meeting(values=valid.values(), members=valid.cleaned_data["members"]),
        done=meeting_url,
        template="intake/meetings/meeting_form.html",
        context={"page_title": _("Add decision meeting"), "submit": _("Add meeting"), "no_as_of": True}
        | {"cancel_url": reverse("intake:meeting-list")},
        said=_("%(it)s was added. Now put requests on its agenda."),
    )


def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a meeting."""
    require(request.user, "selection.manage")
    meeting = get_object_or_404(DecisionMeeting, pk=pk)
    title = _("Edit %(it)s") % {"it": meeting}

    def remake(current: DecisionMeeting) -> MeetingForm:
        return MeetingForm(instance=current)

    return answer_form(
        request,
        MeetingForm(typed(request, lambda: remake(get_object_or_404(DecisionMeeting, pk=pk))), instance=meeting),
        lambda valid: actions.edit_meeting(
            meeting,
            changes=valid.values(),
            members=valid.cleaned_data["members"],
            version=valid.cleaned_data["version"] or 0,
        ),
        done=meeting_url,
        template="intake/meetings/meeting_form.html",
        context={"page_title": title, "cancel_url": meeting_url(meeting), "no_as_of": True},
        said=_("Your changes were saved."),
        remake=remake,
    )


@require_GET
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda with what was decided, and requests that could be put on it."""
    require(request.user, "request.view")
    meeting = get_object_or_404(DecisionMeeting.objects.select_related("round"), pk=pk)
    items = items_of(meeting, request.user)
    manages = may(request.user, "selection.manage") and meeting.closed_at is None
    seen = Request.objects.visible_to(request.user).active()
    context = {
        "it": meeting,
        "page_title": meeting.name,
        "items": items,
        "members": meeting.members.select_related("user"),
        "open_items": [item for item, shown in items if shown and not hasattr(item, "decision")],
        "manages": manages,
        "ready": seen.filter(state=State.READY).exclude(agenda_items__meeting=meeting).order_by("reference") if manages else [],
        "no_as_of": True,
    }
    return render(request, "intake/meetings/meeting_detail.html", context)


def items_of(meeting: DecisionMeeting, user: Any) -> list[tuple[AgendaItem, bool]]:
    """The agenda in order; whether the reader may see each request. Three queries."""
    items = list(
        meeting.items.select_related("request__type", "request__requester", "decision")
        .prefetch_related("votes")
        .order_by("position")
    )
    seen = set(Request.objects.visible_to(user).filter(agenda_items__meeting=meeting).values_list("pk", flat=True))
    return [(item, item.request_id in seen) for item in items]


@require_POST
def meeting_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the chosen requests on the agenda."""
    require(request.user, "selection.manage")
    meeting = get_object_or_404(DecisionMeeting, pk=pk)
    keys = [key for key in request.POST.getlist("pk") if whole_number(key) is not None]
    chosen = list(Request.objects.visible_to(request.user).filter(pk__in=keys).order_by("reference"))
    if meeting.round_id:
        places = dict(RankedEntry.objects.filter(round=meeting.round_id).values_list("request", "position"))
        chosen.sort(key=lambda asked: places.get(asked.pk, len(places) + 1))

    def act() -> str:
        added = actions.put_on_agenda(meeting, requests=chosen)
        return ngettext("%(count)d request is on the agenda now.", "%(count)d requests are on the agenda now.", added) % {
            "count": added
        }

    return said(request, meeting, act)


def item_of(request: HttpRequest, pk: int, item: int, action: str = "request.view") -> AgendaItem:
    """An item of a meeting whose request the person may see, or 403 / 404."""
    return agenda_item_for(request.user, item, action, meeting=pk)


def item_detail(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """One request of the agenda: what is asked, the figures, the votes, the decision."""
    row = item_of(request, pk, item)
    asked, meeting = row.request, row.meeting
    url = reverse("intake:item-detail", args=[pk, item])
    decided = getattr(row, "decision", None)
    votes = list(row.votes.select_related("user"))
    is_member = meeting.members.filter(user=request.user).exists()
    may_decide = "request.decide" in request_actions(request.user, asked) and decided is None and meeting.closed_at is None
    others = [other for other, shown in items_of(meeting, request.user) if shown]
    place = next(index for index, other in enumerate(others) if other.pk == row.pk)
    mine = next((vote for vote in votes if vote.user_id == request.user.pk), None)
    choices = dict(Choice.choices)
    context = {
        "item": row,
        "it": asked,
        "meeting": meeting,
        "page_title": asked.title,
        "decided": decided,
        "votes": votes,
        "counts": [(choices[choice], count) for choice, count in Counter(vote.choice for vote in votes).most_common()],
        "votes_missing": max(0, meeting.quorum - sum(vote.choice != Choice.RECUSED for vote in votes)),
        "place": place + 1,
        "count": len(others),
        "before": others[place - 1] if place else None,
        "after": others[place + 1] if place + 1 < len(others) else None,
        "entry": RankedEntry.objects.filter(round=meeting.round_id, request=asked).first() if meeting.round_id else None,
        "case": case_basis(asked),
        "score": (meeting.round and score_basis(asked, meeting.round.model_version)) or score_basis(asked),
        "vote_form": VoteForm(initial={"choice": mine.choice, "comment": mine.comment} if mine else None)
        if is_member and decided is None and meeting.closed_at is None
        else None,
        "may_decide": may_decide,
        "no_as_of": True,
    }
    if request.method == "POST" and not may_decide:
        messages.error(request, _("You cannot decide here."))
        return redirect(url)
    if may_decide:
        return answer_decision(request, asked, item=row, done=url, template=ITEM, context=context)
    return render(request, ITEM, context | {"form": DecisionForm(), "rows": ConditionFormSet(prefix="conditions")})


@require_POST
def item_vote(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """A member's vote."""
    row = item_of(request, pk, item, "request.vote")
    form = VoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how you vote."))
        return redirect("intake:item-detail", pk=pk, item=item)
    return answer_button(
        request,
        lambda: actions.cast_vote(row, by=request.user, at=timezone.now(), **form.cleaned_data),
        back=reverse("intake:item-detail", args=[pk, item]),
        said=_("Your vote is recorded. You can change it until the decision."),
    )


@require_POST
def item_move(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Put an item at another place on the agenda."""
    row = item_of(request, pk, item, "selection.manage")
    position = whole_number(request.POST.get("position")) or 1

    def act() -> str:
        actions.move_item(row, position=position)
        return ""

    return said(request, row.meeting, act)


@require_POST
def item_remove(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Take an item off the agenda."""
    row = item_of(request, pk, item, "selection.manage")

    def act() -> str:
        actions.take_off_agenda(row)
        return _("%(request)s is off the agenda.") % {"request": row.request.reference}

    return said(request, row.meeting, act)


@require_POST
def meeting_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a meeting."""
    require(request.user, "selection.manage")
    meeting = get_object_or_404(DecisionMeeting, pk=pk)

    def act() -> str:
        actions.close_meeting(meeting, at=timezone.now())
        return _("The meeting is closed. What was not decided stays ready.")

    return said(request, meeting, act)


def said(request: HttpRequest, meeting: DecisionMeeting, act: Any) -> HttpResponse:
    """Do it and say so, or say why not; back to the meeting."""
    return answer_button(
        request,
        act,
        back=meeting_url(meeting),
        said=lambda words: words or "",
        changed=_("Somebody changed the meeting since you opened it. Look at it again."),
    )
