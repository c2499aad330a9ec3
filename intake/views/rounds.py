"""Pages of selection rounds: gather requests, rank them against each other and against the funding line."""

from functools import partial
from typing import Any

import django_filters as filters
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import may, require
from core import exports
from core.columns import Column, title_cell
from core.errors import ActionError, EditConflict
from core.lists import Empty, Register
from core.views.editing import answer_button, answer_form, sent_version, typed, whole_number
from intake.actions import rounds as actions
from intake.forms.rounds import MustForm, PlaceForm, RoundForm
from intake.models import RankedEntry, Request, SelectionRound
from intake.models.requests import State
from intake.ranked_page import RankedPage, has_scores, page_of
from intake.ranking import advice, bubbles_of, finding, lines_of, order_by_score, with_sentences
from intake.views.ranked_rows import drawn

FORM = "intake/rounds/round_form.html"
PAGE = 50
GATHERED = (State.ASSESSMENT, State.READY)


class RoundFilters(filters.FilterSet):
    """Filters of the list of rounds."""

    q = filters.CharFilter(label=gettext_lazy("Search"), field_name="name", lookup_expr="icontains")

    class Meta:
        model = SelectionRound
        fields: list[str] = []


def round_url(chosen: SelectionRound) -> str:
    """The page of a round."""
    return reverse("intake:round-detail", args=[chosen.pk])


def rounds(user: Any) -> "QuerySet[SelectionRound]":
    """All rounds with how many requests they rank."""
    return SelectionRound.objects.annotate(entry_count=Count("entries"))


ROUNDS = Register(
    name="intake:round-list",
    title=gettext_lazy("Selection"),
    file_name="selection-rounds",
    rows=rounds,
    filters=RoundFilters,
    link=round_url,
    order="name",
    empty=Empty(
        gettext_lazy("No selection round yet"),
        gettext_lazy("A round gathers requests and ranks them against each other and against the money there is."),
        "list-ordered",
    ),
    columns=[
        Column("name", gettext_lazy("Round"), "name", draw=lambda row: title_cell(round_url(row), row.name), order="name"),
        Column("requests", gettext_lazy("Requests"), "entry_count", "number", order="entry_count"),
        Column("funding", gettext_lazy("Funding line"), "funding", "money", order="funding"),
        Column("closed", gettext_lazy("Closed"), "closed_at", "date", order="closed_at"),
    ],
)


@require_GET
def round_list(request: HttpRequest) -> HttpResponseBase:
    """All selection rounds."""
    require(request.user, "request.view")
    primary = (
        {"label": _("Add round"), "url": reverse("intake:round-create")} if may(request.user, "selection.manage") else None
    )
    return ROUNDS.answer(request, primary=primary, no_as_of=True)


def round_create(request: HttpRequest) -> HttpResponse:
    """Add a round."""
    require(request.user, "selection.manage")
    return answer_form(
        request,
        RoundForm(request.POST or None),
        lambda valid: actions.create_round(values=valid.values()),
        done=round_url,
        template=FORM,
        context={"page_title": _("Add selection round"), "submit": _("Add round"), "no_as_of": True}
        | {"cancel_url": reverse("intake:round-list")},
        said=_("%(it)s was added. Now gather requests."),
    )


def round_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a round."""
    require(request.user, "selection.manage")
    chosen = get_object_or_404(SelectionRound, pk=pk)
    title = _("Edit %(it)s") % {"it": chosen}

    def remake(current: SelectionRound) -> RoundForm:
        return RoundForm(instance=current)

    return answer_form(
        request,
        RoundForm(typed(request, lambda: remake(get_object_or_404(SelectionRound, pk=pk))), instance=chosen),
        lambda valid: actions.edit_round(chosen, changes=valid.values(), version=valid.cleaned_data["version"] or 0),
        done=round_url,
        template=FORM,
        context={"page_title": title, "cancel_url": round_url(chosen), "no_as_of": True},
        said=_("Your changes were saved."),
        remake=remake,
    )


def exported() -> list[exports.Column]:
    """What a file of the ranking holds."""
    return [
        exports.Column(_("Place"), lambda line: line.entry.position, "number"),
        exports.Column(_("Reference"), lambda line: line.request.reference if line.request else "", "id"),
        exports.Column(_("Request"), lambda line: line.request.title if line.request else _("Confidential"), "text"),
        exports.Column(_("Must be done"), lambda line: line.entry.must_do, "boolean"),
        exports.Column(_("Score"), lambda line: line.score, "number"),
        exports.Column(_("Cost"), lambda line: line.cost, "money"),
        exports.Column(_("Cost from"), lambda line: line.cost_from, "text"),
        exports.Column(_("Cumulative"), lambda line: line.funded.cumulative, "money"),
        exports.Column(_("Funding"), lambda line: line.word, "text"),
        exports.Column(_("Reason"), lambda line: line.entry.reason if line.request else "", "text"),
    ]


@require_GET
def round_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The ranked list against the funding line, also as a file."""
    require(request.user, "request.view")
    chosen = get_object_or_404(SelectionRound.objects.select_related("model_version__model"), pk=pk)
    if form := request.GET.get("export"):
        rows, _funding = lines_of(chosen, request.user)
        return exports.export_response(exported(), rows, name="ranking", form=exports.form_of(form))
    found = page_of(chosen, request.user, request.GET.get("page"), PAGE)
    may_manage = may(request.user, "selection.manage") and chosen.closed_at is None
    over, lines = found.first_over, with_sentences(chosen, found.lines)
    context = {
        "it": chosen,
        "page_title": chosen.name,
        "rows": list(drawn(chosen, lines, may_rank=may_manage, line_after=_line_after(found))),
        "page": found.page,
        "finding": finding(chosen, found.page.paginator.count, found.use, over),
        "advice": advice(chosen),
        "menu_items": menu_of(chosen) if may_manage else [],
        "chart_url": reverse("intake:round-chart", args=[pk]) if has_scores(chosen, request.user, lines) else "",
        "may_rank": may_manage,
        "no_as_of": True,
    }
    return render(request, "intake/rounds/round_detail.html", context)


def menu_of(chosen: SelectionRound) -> list[dict[str, Any]]:
    """What the `…` menu of an open round offers."""
    return [
        {"label": _("Rank by score"), "url": reverse("intake:round-rank", args=[chosen.pk]), "icon": "arrow-down-wide-narrow"},
        {"label": _("Edit round"), "url": reverse("intake:round-edit", args=[chosen.pk]), "icon": "pencil"},
        {
            "label": _("Close round"),
            "url": reverse("intake:round-close", args=[chosen.pk]),
            "icon": "lock",
            "method": "post",
            "confirm": _("Close the round? Its ranking stays as it is."),
        },
    ]


def _line_after(found: RankedPage) -> int | None:
    """The place behind which the funding line is drawn, 0 before the first; None on other pages, and where all is reached."""
    if found.first_over is None or not found.lines:
        return None
    after = found.first_over.entry.position - 1
    return after if after or not found.page.has_previous() else None


def round_gather(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose requests for a round among those in assessment or ready."""
    require(request.user, "selection.manage")
    chosen = get_object_or_404(SelectionRound, pk=pk)
    open_ones = Request.objects.visible_to(request.user).active().filter(state__in=GATHERED).exclude(entries__round=chosen)
    if request.method == "POST":
        picked = list(open_ones.filter(pk__in=[key for key in request.POST.getlist("pk") if whole_number(key) is not None]))
        return answer_button(
            request,
            lambda: actions.gather_requests(chosen, requests=picked),
            back=round_url(chosen),
            said=lambda added: (
                ngettext("%(count)d request was added.", "%(count)d requests were added.", added) % {"count": added}
            ),
        )
    context = {
        "it": chosen,
        "page_title": _("Gather requests"),
        "rows": open_ones.select_related("type", "owner").order_by("reference"),
        "no_as_of": True,
    }
    return render(request, "intake/rounds/round_gather.html", context)


def entry_of(request: HttpRequest, pk: int, entry: int) -> RankedEntry:
    """An entry of a round that the person may rank and see, or 403 / 404."""
    require(request.user, "selection.manage")
    seen = Request.objects.visible_to(request.user)
    return get_object_or_404(
        RankedEntry.objects.select_related("round", "request"), pk=entry, round=pk, request__in=seen.values("pk")
    )


def entry_rank(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Put a request at another place, with a reason. `?position=` comes from a drag or a key."""
    row = entry_of(request, pk, entry)
    asked = whole_number(request.GET.get("position"))
    initial = {"version": row.round.version, "position": row.position if asked is None else asked}
    return _answer_entry(
        request,
        row,
        PlaceForm(request.POST or None, initial=initial),
        lambda valid: actions.rank_entry(row, **valid.cleaned_data),
        title=_("Another place for %(request)s"),
        submit=_("Put it there"),
    )


def entry_must(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Say that a request must be done, or no longer."""
    row = entry_of(request, pk, entry)
    initial = {"version": row.round.version, "must_do": not row.must_do, "reason": row.reason}
    return _answer_entry(
        request,
        row,
        MustForm(request.POST or None, initial=initial),
        lambda valid: actions.mark_must_do(row, **valid.cleaned_data),
        title=_("Must %(request)s be done?"),
        submit=_("Save"),
    )


def _answer_entry(request: HttpRequest, row: RankedEntry, form: Any, act: Any, *, title: str, submit: str) -> HttpResponse:
    def checked(valid: Any) -> SelectionRound:
        try:
            return act(valid)  # type: ignore[no-any-return]
        except EditConflict as error:
            valid.data = valid.data.copy()
            valid.data["version"] = error.current.version
            raise ActionError(
                _("Somebody changed the ranking since you opened this. Look at the place again, then send it once more.")
            ) from error

    return answer_form(
        request,
        form,
        checked,
        done=round_url,
        template="intake/rounds/entry_form.html",
        context={"page_title": title % {"request": row.request.reference}, "entry": row, "it": row.round}
        | {"submit": submit, "cancel_url": round_url(row.round), "no_as_of": True}
        | {"offers_more": isinstance(form, PlaceForm)},
        said=_("The ranking was changed."),
    )


def round_rank(request: HttpRequest, pk: int) -> HttpResponse:
    """Rank the whole round anew by score; asks first, since reasons given for other places are dropped."""
    require(request.user, "selection.manage")
    chosen = get_object_or_404(SelectionRound.objects.select_related("model_version__model"), pk=pk)
    if request.method == "POST":
        if chosen.model_version is None:
            messages.error(request, _("Choose a scoring model for the round first."))
            return redirect(round_url(chosen))
        order = order_by_score(chosen)
        rank = partial(actions.rank_by, chosen, order=order, version=sent_version(request))
        return _said(request, chosen, rank, _("The round is ranked by score."))
    rows, _funding = lines_of(chosen, request.user)
    context = {
        "it": chosen,
        "page_title": _("Rank by score"),
        "moved": [row for row in rows if row.request and row.entry.reason and not row.entry.must_do],
        "unscored": sum(row.held is None for row in rows),
        "no_as_of": True,
    }
    return render(request, "intake/rounds/round_rank.html", context)


@require_GET
def round_chart(request: HttpRequest, pk: int) -> HttpResponse:
    """Value against risk of the round's requests, and how firmly the ranking stands."""
    require(request.user, "request.view")
    chosen = get_object_or_404(SelectionRound.objects.select_related("model_version__model"), pk=pk)
    rows, _funding = lines_of(chosen, request.user)
    context = {
        "it": chosen,
        "page_title": _("Value and risk"),
        "chart": bubbles_of(chosen, rows) if chosen.model_version else None,
        "no_as_of": True,
    }
    return render(request, "intake/rounds/round_chart.html", context)


@require_POST
def entry_drop(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Take a request out of a round."""
    row = entry_of(request, pk, entry)
    said = _("%(request)s was taken out.") % {"request": row.request.reference}
    return _said(request, row.round, lambda: actions.drop_entry(row, version=sent_version(request)), said)


@require_POST
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a round."""
    require(request.user, "selection.manage")
    chosen = get_object_or_404(SelectionRound, pk=pk)
    return _said(request, chosen, lambda: actions.close_round(chosen, at=timezone.now()), _("The round is closed."))


def _said(request: HttpRequest, chosen: SelectionRound, act: Any, said: str) -> HttpResponse:
    """Do it and say so, or say why not."""
    return answer_button(
        request,
        act,
        back=round_url(chosen),
        said=said,
        changed=_("Somebody changed the ranking since you opened it. Look at it again."),
    )
