"""What is done with entries of all registers: move, decide, convert, link, follow, several at once, many rows, finding."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from core.errors import ActionError
from core.lists import response_url
from core.views.editing import answer_button, answer_form, whole_number
from portfolio.access_entries import entry_actions, entry_for, home_of_next, may_add_entries, scope_for_entries
from portfolio.actions.raid import (
    convert_entry,
    decide_entry,
    entry_url,
    follow_entry,
    link_entries,
    move_entry,
    unfollow_entry,
    unlink_entries,
)
from portfolio.actions.raid_several import RowError, change_several, create_entries
from portfolio.forms.raid import BulkForm, DecideForm, LinkForm, MoveForm, RowFormSet
from portfolio.models import Entry, EntryLink, EntryWatcher, Portfolio, Programme, Project
from portfolio.registers import KINDS
from portfolio.views.raid import entry_detail, meanings
from portfolio.views.raid_lists import list_url
from portfolio.views.raid_steps import not_now, page_of

MOST_AT_ONCE = 500


def entry_move(request: HttpRequest, kind: str, reference: str, verb: str) -> HttpResponse:
    """Make one move: at once where it needs no reason, else on a page that asks for it."""
    move = KINDS[kind].move(verb)
    if move is None or move.own_page:
        raise Http404
    entry = entry_for(request.user, reference, move.action, kind=kind)
    if entry.status not in move.sources:
        return not_now(request, entry)
    target = entry.register.state(move.target)
    return answer_form(
        request,
        MoveForm(request.POST or None, needed=move.reason, initial={"expected": entry.status}),
        lambda valid: move_entry(
            entry,
            verb,
            by=request.user,
            at=timezone.now(),
            reason=valid.cleaned_data["reason"],
            expected=valid.cleaned_data["expected"],
        ),
        # Whoever ticks off a list stays at the list.
        done=lambda moved: reverse("home") if request.POST.get("back") == "work" else entry_url(moved),
        template="portfolio/raid/entry_move.html",
        context=page_of(entry, move.label) | {"target": target.label, "submit": move.label},
        said=_("Moved to “%(state)s”.") % {"state": target.label},
    )


def decision_decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Record what was decided."""
    entry = entry_for(request.user, reference, "register.edit", kind="decision")
    if entry.status != "needed":
        return not_now(request, entry)
    initial = {"decided_by": request.user.pk, "decided_on": timezone.localdate()}
    return answer_form(
        request,
        DecideForm(request.POST or None, initial=initial),
        lambda valid: decide_entry(entry, by=request.user, at=timezone.now(), **valid.cleaned_data),
        done=entry_url,
        template="portfolio/raid/entry_move.html",
        context=page_of(entry, _("Record the decision"))
        | {"submit": _("Record the decision"), "options": entry.decision.options},
        said=_("The decision is recorded."),
    )


@require_POST
def entry_convert(request: HttpRequest, kind: str, reference: str, to: str) -> HttpResponse:
    """Make an entry of another register out of this one, and go there."""
    entry = entry_for(request.user, reference, "register.edit", kind=kind)
    if to not in KINDS:
        raise Http404

    def act() -> Entry:
        return convert_entry(entry, to, by=request.user, at=timezone.now(), values=home_of_next(request.user, entry))

    return answer_button(
        request,
        act,
        back=entry_url(entry),
        said=lambda made: (
            _("%(made)s was made of %(entry)s. Complete what it has of its own.")
            % {"made": made.reference, "entry": entry.reference}
        ),
        done=lambda made: reverse(f"portfolio:{to}-edit", args=[made.reference]),
    )


@require_POST
def entry_link(request: HttpRequest, kind: str, reference: str) -> HttpResponse:
    """Link an entry to another one that the person sees."""
    entry = entry_for(request.user, reference, "register.edit", kind=kind)
    form = LinkForm(request.POST, user=request.user, meanings=meanings())
    if form.is_valid():
        meaning, other = form.cleaned_data["meaning"], form.cleaned_data["target"]
        source, target = (other, entry) if meaning.startswith("in-") else (entry, other)
        try:
            link_entries(source, target, meaning=meaning.removeprefix("in-"), by=request.user, at=timezone.now())
        except ActionError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(
                request, _("%(entry)s and %(other)s are linked.") % {"entry": entry.reference, "other": other.reference}
            )
            return redirect(entry_url(entry))
    errors = [str(error) for found in form.errors.values() for error in found]
    messages.error(request, " ".join(errors))
    response = entry_detail(request, kind, reference, link_form=form)
    response.status_code = 422
    return response


@require_POST
def entry_unlink(request: HttpRequest, kind: str, reference: str, pk: int) -> HttpResponse:
    """Take a link away."""
    entry = entry_for(request.user, reference, "register.edit", kind=kind)
    link = get_object_or_404(EntryLink.objects.filter(Q(source=entry) | Q(target=entry)), pk=pk)
    other = link.target_id if link.source_id == entry.pk else link.source_id
    get_object_or_404(Entry.objects.visible_to(request.user), pk=other)
    unlink_entries(link)
    messages.success(request, _("The link was taken away. History keeps it."))
    return redirect(entry_url(entry))


@require_POST
def entry_follow(request: HttpRequest, kind: str, reference: str) -> HttpResponse:
    """Follow an entry, or stop. Who only reads follows nothing."""
    entry = entry_for(request.user, reference, "comment.write", kind=kind)
    if EntryWatcher.objects.filter(entry=entry, user=request.user).exists():
        unfollow_entry(entry, user=request.user)
        messages.success(request, _("You do not follow %(entry)s any more.") % {"entry": entry.reference})
    else:
        follow_entry(entry, user=request.user)
        messages.success(request, _("You follow %(entry)s: you are told what happens to it.") % {"entry": entry.reference})
    seen = Entry.objects.visible_to(request.user).filter(pk=entry.pk).exists()
    return redirect(entry_url(entry) if seen else list_url(kind))


# --- Several at once ------------------------------------------------------------------------------------------------


def entry_bulk(request: HttpRequest) -> HttpResponse:
    """Change owner, day, tag or state of the chosen entries: asks first, says how many, leaves out what is not to be changed."""
    sent = request.POST if request.method == "POST" else request.GET
    kind = sent.get("action", "")
    if kind not in KINDS:
        raise Http404
    keys = [key for key in map(whole_number, sent.getlist("pk")) if key is not None][:MOST_AT_ONCE]
    chosen = Entry.objects.visible_to(request.user).of_kind(kind).filter(pk__in=keys)
    rows = list(chosen.select_related("project__programme", "programme", "portfolio").order_by("reference"))
    allowed = [row for row in rows if "register.edit" in entry_actions(request.user, row)]
    if keys and not allowed:
        raise PermissionDenied
    back = response_url(request, list_url(kind))
    context = {
        "entries": allowed,
        "left_out": len(rows) - len(allowed),
        "kind": kind,
        "return_to": sent.get("return_to", ""),
        "cancel_url": back,
        "page_title": _("Change several"),
        "register": KINDS[kind],
        "no_as_of": True,
    }
    return answer_form(
        request,
        BulkForm(request.POST or None, kind=kind),
        lambda valid: change_several(allowed, valid.cleaned_data, by=request.user, at=timezone.now()),
        done=lambda count: back,
        template="portfolio/raid/entry_bulk.html",
        context=context,
        said=ngettext("%(count)d entry was changed.", "%(count)d entries were changed.", len(allowed))
        % {"count": len(allowed)},
    )


def entry_rows(request: HttpRequest, kind: str) -> HttpResponse:
    """Type many entries into a table, by keyboard; all are added or none."""
    if not may_add_entries(request.user):
        raise PermissionDenied
    scope_text = (request.POST.get("scope") or request.GET.get("scope") or "").strip()
    people = User.objects.filter(is_active=True)
    forms = RowFormSet(request.POST or None, prefix="rows", form_kwargs={"people": people})
    error = ""
    if request.method == "POST":
        try:
            scope = scope_for_entries(request.user, scope_text)
            if forms.is_valid():
                made = add_rows(kind, scope, forms, request.user)
                count = len(made)
                messages.success(
                    request, ngettext("%(count)d entry was added.", "%(count)d entries were added.", count) % {"count": count}
                )
                return redirect(
                    f"{list_url(kind)}?{scope._meta.model_name}={scope.reference if isinstance(scope, Project) else scope.pk}"
                )
        except ActionError as found:
            error = str(found)
    context = {
        "register": KINDS[kind],
        "rows": forms,
        "scope_text": scope_text,
        "error": error,
        "page_title": _("Add many at once"),
        "list_url": list_url(kind),
        "no_as_of": True,
    }
    return render(request, "portfolio/raid/entry_rows.html", context, status=422 if request.method == "POST" else 200)


def add_rows(kind: str, scope: Any, forms: Any, user: Any) -> list[Entry]:
    """Add every row that was filled in, all or none. Raises ActionError at the first that is refused, naming its row."""
    typed = {
        number: {name: value for name, value in form.cleaned_data.items() if value} for number, form in enumerate(forms, 1)
    }
    try:
        return create_entries(
            kind, [(number, row) for number, row in typed.items() if row], scope=scope, by=user, at=timezone.now()
        )
    except RowError as error:
        form = forms[error.number - 1]
        form.add_error(error.field if error.field in form.fields else None, str(error.problem))
        raise


# --- Finding --------------------------------------------------------------------------------------------------------


@require_GET
def find_options(request: HttpRequest, what: str) -> HttpResponse:
    """What fits what is being typed, as options of a control: projects, scopes or entries that the person sees. Three queries."""
    text = request.GET.get("q", "").strip()[:100]
    found: list[tuple[str, str]] = []
    if what in ("scope", "project"):
        models = (Project, Programme, Portfolio) if what == "scope" else (Project,)
        for model in models:
            name = "title" if model is Project else "name"
            rows = model.objects.visible_to(request.user).active()
            rows = rows.filter(Q(reference__istartswith=text) | Q(**{f"{name}__icontains": text})) if text else rows
            found += rows.order_by("reference").values_list("reference", name)[:8]
    elif what == "entry":
        rows = Entry.objects.visible_to(request.user)
        rows = rows.filter(Q(reference__istartswith=text) | Q(title__icontains=text)) if text else rows.filter(is_open=True)
        found += rows.order_by("-pk").values_list("reference", "title")[:12]
    else:
        raise Http404
    return render(request, "portfolio/raid/_options.html", {"options": found})
