"""Pages of approval routes: which sizes of change exist and who decides them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import may, require, require_to_open
from core.views.editing import answer_button, answer_form, sent_version, typed
from portfolio.actions.approval_routes import adopt_routes, create_route, edit_route, remove_route, routes
from portfolio.forms.changes import RouteForm
from portfolio.models import ApprovalRoute
from portfolio.wording_changes import limits_words

FORM = "portfolio/approval/route_form.html"


@require_GET
def route_list(request: HttpRequest) -> HttpResponse:
    """The routes in force, the first one first."""
    require(request.user, "setup.view")
    found = routes()
    lines = [
        {
            "route": route,
            "limits": limits_words(route),
            "url": reverse("portfolio:route-edit", args=[route.pk]) if route.pk else "",
        }
        for route in found
    ]
    open_ended = any(route.most_percent is None and route.most_days is None for route in found)
    context = {
        "lines": lines,
        "are_defaults": not any(route.pk for route in found),
        "open_ended": open_ended,
        "may_manage": may(request.user, "register.manage"),
        "page_title": _("Approval routes"),
        "no_as_of": True,
    }
    return render(request, "portfolio/approval/route_list.html", context)


@require_POST
def route_adopt(request: HttpRequest) -> HttpResponse:
    """Keep the product's routes as the organisation's own, to change them."""
    require(request.user, "register.manage")
    adopt_routes()
    messages.success(request, _("These routes are yours now: open one to change it."))
    return redirect("portfolio:route-list")


def route_create(request: HttpRequest) -> HttpResponse:
    """Add a route."""
    require(request.user, "register.manage")
    form = RouteForm(request.POST or None, initial={"position": max(route.position for route in routes()) + 10})
    return answer_form(
        request,
        form,
        lambda valid: create_route(values=valid.values()),
        done=lambda route: reverse("portfolio:route-list"),
        template=FORM,
        context=page(_("Add a route"), form) | {"submit": _("Add the route")},
        said=_("“%(it)s” was added."),
    )


def route_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a route."""
    opened = require_to_open(request, read="setup.view", change="register.manage")
    route = get_object_or_404(ApprovalRoute, pk=pk)

    def remake(current: ApprovalRoute) -> RouteForm:
        return RouteForm(instance=current)

    version, name = route.version, route.name
    form = RouteForm(typed(request, lambda: remake(ApprovalRoute.objects.get(pk=pk))), instance=route)
    context = page(name, form) | {
        "submit": _("Save the route"),
        "remove_url": reverse("portfolio:route-remove", args=[pk]) if opened else "",
        "read_only": not opened,
        "route": route,
        "version": version,
    }
    return answer_form(
        request,
        form,
        lambda valid: edit_route(route, changes=valid.values(), version=valid.cleaned_data["version"] or 0),
        done=lambda saved: reverse("portfolio:route-list"),
        template=FORM,
        context=context,
        said=_("Saved. What was submitted before keeps the approver that it got."),
        remake=remake,
    )


def page(title: str, form: RouteForm) -> dict[str, Any]:
    """What the form's page shows."""
    return {
        "page_title": title,
        "groups": form.groups(),
        "cancel_url": reverse("portfolio:route-list"),
        "no_as_of": True,
    }


@require_POST
def route_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a route away."""
    require(request.user, "register.manage")
    route = get_object_or_404(ApprovalRoute, pk=pk)
    return answer_button(
        request,
        lambda: remove_route(route, version=sent_version(request)),
        back=reverse("portfolio:route-edit", args=[pk]),
        said=_("The route was removed."),
        done=lambda removed: reverse("portfolio:route-list"),
    )
