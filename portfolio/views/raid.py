"""Pages of all registers: the list, one entry with what its kind adds, create, edit, history, talk."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import may
from core.views.conversation import talk_of
from core.views.editing import answer_form, typed
from core.views.history import answer_history
from portfolio.access_entries import entry_and_actions, entry_for, followers_of, may_add_entries, sees_scope
from portfolio.actions.raid import create_entry, edit_entry, entry_url
from portfolio.entry_parts import actions_seen, answered_by, links_seen
from portfolio.forms.raid import LinkForm
from portfolio.forms.registers import FORMS
from portfolio.models import (
    Entry,
    Project,
)
from portfolio.models.visibility import scopes_of
from portfolio.registers import ESCALATES, KINDS, MEANINGS, Move
from portfolio.trail import entry_trail
from portfolio.views import risks
from portfolio.views.change_panel import change_panel
from portfolio.views.escalations import escalation_of
from portfolio.views.raid_lists import REGISTERS, list_url

Panel = Callable[[HttpRequest, Entry, frozenset[str]], dict[str, Any]]
PANELS: dict[str, tuple[str, Panel]] = {
    "risk": ("portfolio/risks/_risk_panel.html", risks.panel_of),
    "change": ("portfolio/changes/_change_panel.html", change_panel),
}
"""What a kind adds to the page of its entries: a template, and what makes its context."""

BESIDE: dict[str, tuple[tuple[Any, str, str], ...]] = {
    "risk": ((gettext_lazy("My simulations"), "portfolio:simulation-list", "dices"),),
    "change": ((gettext_lazy("Delegated approvals"), "portfolio:delegation-list", "users"),),
}
"""Pages that the menu of a register leads to."""


def entry_list(request: HttpRequest, kind: str) -> HttpResponseBase:
    """One register: every entry of the kind that the reader may see."""
    may_add = may_add_entries(request.user)
    register = KINDS[kind]
    query = request.GET.get("project", "")
    at = f"?scope={query}" if query else ""
    add = {"label": _("Add %(noun)s") % {"noun": register.noun}, "url": reverse(f"portfolio:{kind}-create") + at}
    many = {"label": _("Add many at once"), "url": reverse(f"portfolio:{kind}-rows") + at, "icon": "table-rows-split"}
    items = [many] if may_add else []
    load = None
    if may_add and may(request.user, "import.run"):
        load = {"label": _("Import"), "url": f"{reverse('core:import-list')}?target={register.path}", "icon": "upload"}
        items.append(load)
    items += [{"label": label, "url": reverse(name), "icon": icon} for label, name, icon in BESIDE.get(kind, ())]
    return REGISTERS[kind].answer(
        request, primary=add if may_add else None, second=load, menu_items=items, lede=register.empty, no_as_of=True
    )


def entry_detail(request: HttpRequest, kind: str, reference: str, *, link_form: LinkForm | None = None) -> HttpResponse:
    """One entry: what it says, what it hangs together with, what can be done now. `link_form`: a link that was not taken."""
    entry, actions = entry_and_actions(request.user, reference, kind=kind)
    template, panel = PANELS.get(kind, ("", None))
    scope = entry.scope if sees_scope(request.user, entry) else None
    head = entry_page(request, entry, actions, "overview")
    context: dict[str, Any] = head | {
        "scope": scope,
        "scope_url": scope_url(scope) if scope else "",
        "facts": facts_of(entry, answered_by(request.user, entry)),
        "links": links_of(request.user, entry),
        "link_form": link_form,
        "new_link_form": lambda: LinkForm(user=request.user, meanings=meanings()),
        "related_actions": actions_about(request.user, entry),
        "panel_template": template,
        "texts": texts_of(entry),
        "options": getattr(entry.detail, "options", None) if kind == "decision" else None,
        "followers": followers_of(entry),
        "unlink_url": reverse(f"portfolio:{kind}-link", args=[entry.reference]),
    }
    context |= escalation_of(request, entry, actions)
    if panel is not None:
        added = panel(request, entry, actions)
        items = added.get("menu_items", head["menu_items"])
        context |= added | {"menu_items": [item for item in items if item["url"] not in added.get("not_offered", ())]}
    context |= talk_of(request, "entry", entry, actions)
    return render(request, "portfolio/raid/entry_detail.html", context)


def entry_page(request: HttpRequest, entry: Entry, actions: frozenset[str], tab: str) -> dict[str, Any]:
    """The head and tabs of every page of one entry."""
    tabs = [
        {"label": _("Overview"), "url": entry_url(entry), "active": tab == "overview"},
        {
            "label": _("History"),
            "url": reverse(f"portfolio:{entry.kind}-history", args=[entry.reference]),
            "active": tab == "history",
        },
    ]
    return {
        "entry": entry,
        "register": entry.register,
        "state": entry.state,
        "detail": entry.detail,
        "actions": actions,
        "list_url": list_url(entry.kind),
        "tabs": tabs if "history.view" in actions else tabs[:1],
        "may_edit": "register.edit" in actions,
        "edit_url": reverse(f"portfolio:{entry.kind}-edit", args=[entry.reference]),
        "primary": next(iter(moves_of(entry, actions)), None),
        "menu_items": menu_of(request.user, entry, actions),
        "page_title": entry.title,
        "no_as_of": True,
    }


def meanings() -> list[tuple[str, Any]]:
    """What a link can say, in both directions: "causes", and "in-causes" for "is caused by". "became" is for conversions."""
    both = [(key, words[0]) for key, words in MEANINGS.items()]
    return both + [(f"in-{key}", words[1]) for key, words in MEANINGS.items() if words[0] != words[1]]


def scope_url(scope: Any) -> str:
    """The page of a project, programme or portfolio."""
    return reverse(f"portfolio:{scope._meta.model_name}-detail", args=[scope.reference])


def facts_of(entry: Entry, about: Entry | None) -> list[dict[str, Any]]:
    """Days of an entry, and what its kind knows in a word; empty ones left out. `about`: what an action is for, to its reader."""
    today = timezone.localdate()
    facts: list[dict[str, Any]] = []
    if about is not None:
        facts.append({"label": _("For"), "value": about, "url": entry_url(about)})
    if entry.kind == "issue":
        facts.append({"label": _("Severity"), "value": entry.issue.get_severity_display()})
        if entry.closed_on:
            days = (entry.closed_on - entry.raised_on).days
            facts.append(
                {"label": _("Time to resolve"), "value": ngettext("%(days)d day", "%(days)d days", days) % {"days": days}}
            )
    if entry.kind == "decision" and entry.decision.decided_on:
        facts.append({"label": _("Decided by"), "value": entry.decision.decided_by})
        facts.append({"label": _("Decided"), "day": entry.decision.decided_on})
    for label, day in ((entry.register.due, entry.due_on), (_("Next review"), entry.review_on)):
        if day:
            facts.append({"label": label, "day": day, "late": entry.is_open and day < today})
    facts.append({"label": _("Raised"), "day": entry.raised_on})
    return facts + ([{"label": _("Closed"), "day": entry.closed_on}] if entry.closed_on else [])


TEXTS: dict[str, list[str]] = {
    "risk": ["cause", "effect"],
    "issue": ["impact"],
    "assumption": ["consequence"],
    "decision": ["chosen", "rationale"],
    "dependency": ["acceptance"],
    "change": ["reason", "scope_impact", "quality_impact", "risk_impact"],
}
"""The texts of a kind's own table, in the order in which they are read."""


def texts_of(entry: Entry) -> list[dict[str, Any]]:
    """The texts of the kind's own table that are filled in, with their names."""
    detail = entry.detail
    names = [name for name in TEXTS.get(entry.kind, []) if getattr(detail, name)]
    return [{"label": capfirst(detail._meta.get_field(name).verbose_name), "value": getattr(detail, name)} for name in names]


def links_of(user: Any, entry: Entry) -> list[dict[str, Any]]:
    """What the entry hangs together with, of what the reader may see. One query."""
    return [
        {
            "pk": link.pk,
            "words": MEANINGS[link.meaning][0 if link.is_out else 1],
            "other": link.other,
            "url": entry_url(link.other),
        }
        for link in links_seen(user, entry)
    ]


def actions_about(user: Any, entry: Entry) -> list[dict[str, Any]]:
    """Actions that are for this entry, and whose reader sees them; open ones first. The same query as `links_of`."""
    return [{"entry": row, "url": entry_url(row)} for row in actions_seen(user, entry)]


def moves_of(entry: Entry, actions: frozenset[str]) -> list[dict[str, Any]]:
    """The moves that this reader may make now; the usual one first. No queries."""
    return [move_item(entry, move) for move in entry.register.moves_from(entry.status) if move.action in actions]


def move_item(entry: Entry, move: Move) -> dict[str, Any]:
    """A move as the button or a line of the menu."""
    if move.own_page:
        url = reverse(f"portfolio:{entry.kind}-{move.verb}", args=[entry.reference])
        return {"label": move.label, "url": url, "icon": move.icon}
    url = reverse(f"portfolio:{entry.kind}-move", args=[entry.reference, move.verb])
    return {"label": move.label, "url": url, "icon": move.icon, **({} if move.reason else {"method": "post"})}


def menu_of(user: Any, entry: Entry, actions: frozenset[str]) -> list[dict[str, Any]]:
    """What the menu of an entry that `entry_for` found offers this reader. No queries."""
    items = moves_of(entry, actions)[1:]

    def add(label: str, name: str, icon: str, *further: str, **more: Any) -> None:
        items.append({"label": label, "url": reverse(name, args=[entry.reference, *further]), "icon": icon, **more})

    if "register.edit" in actions and entry.is_open and entry.kind in ESCALATES and entry.portfolio_id is None:
        add(_("Escalate"), "portfolio:entry-escalate", "arrow-up-from-line")
    if "register.edit" in actions:
        for kind in entry.register.becomes:
            words = _("Make it a %(noun)s") % {"noun": KINDS[kind].noun}
            add(words, f"portfolio:{entry.kind}-convert", KINDS[kind].icon, kind, method="post")
    if "comment.write" not in actions:
        return items
    if any(one.pk == user.pk for one in followers_of(entry)):
        add(_("Do not follow any more"), f"portfolio:{entry.kind}-follow", "bell-off", method="post")
    else:
        add(_("Follow"), f"portfolio:{entry.kind}-follow", "bell", method="post")
    return items


def entry_create(request: HttpRequest, kind: str) -> HttpResponse:
    """Add an entry to a register. `?scope=PRJ-0042` says where, `?about=RSK-0012` what an action is for."""
    if not may_add_entries(request.user):
        raise PermissionDenied
    form_class, register = FORMS[kind], KINDS[kind]
    initial = {name: request.GET[name] for name in ("scope", "about", "giver") if request.GET.get(name)}
    if not initial.get("scope"):
        initial["scope"] = only_scope(request.user)
    initial["owner"] = request.user.pk
    form = form_class(request.POST or None, user=request.user, initial=initial)
    return answer_form(
        request,
        form,
        lambda valid: create_entry(kind, values=valid.values(), by=request.user, at=timezone.now()),
        done=entry_url,
        template="portfolio/raid/entry_form.html",
        context={
            "page_title": _("Add %(noun)s") % {"noun": register.noun},
            "register": register,
            "list_url": list_url(kind),
            "cancel_url": list_url(kind),
            "submit": _("Add %(noun)s") % {"noun": register.noun},
            "no_as_of": True,
        },
        said=_("“%(it)s” was added."),
    )


def only_scope(user: Any) -> str:
    """The reference of the project that a manager of one project will mean; "" for others."""
    if scopes_of(user).rights.everywhere_may("register.edit"):
        return ""
    found = list(Project.objects.allowed(user, "register.edit").running().values_list("reference", flat=True)[:2])
    return found[0] if len(found) == 1 else ""


def entry_edit(request: HttpRequest, kind: str, reference: str) -> HttpResponse:
    """Change an entry."""
    entry = entry_for(request.user, reference, "register.edit", kind=kind)
    form_class = FORMS[kind]

    def remake(current: Entry) -> Any:
        return form_class(instance=Entry.objects.of_kind(kind).with_scope().get(pk=current.pk), user=request.user)

    return answer_form(
        request,
        form_class(typed(request, lambda: remake(entry)), instance=entry, user=request.user),
        lambda valid: edit_entry(
            entry, changes=valid.values(), version=valid.cleaned_data["version"] or 0, by=request.user, at=timezone.now()
        ),
        done=entry_url,
        template="portfolio/raid/entry_form.html",
        context={
            "page_title": _("Edit %(noun)s") % {"noun": entry.register.noun},
            "entry": entry,
            "register": entry.register,
            "list_url": list_url(kind),
            "cancel_url": entry_url(entry),
            "no_as_of": True,
        },
        said=_("“%(it)s” was saved."),
        remake=remake,
    )


def entry_history(request: HttpRequest, kind: str, reference: str) -> HttpResponseBase:
    """Everything that was changed on an entry."""
    entry, actions = entry_and_actions(request.user, reference, "history.view", kind=kind)
    context = entry_page(request, entry, actions, "history")
    return answer_history(
        request,
        entry,
        entry_trail(request.user, entry),
        back=entry_url(entry),
        template="portfolio/raid/entry_history.html",
        context=context,
    )
