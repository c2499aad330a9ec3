"""Who holds which role where, and why somebody may do something."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.access import may, require
from accounts.models import RoleGrant
from core.exports import Column, export_response, export_urls, form_of
from core.office import office_day
from core.views.editing import answer_button, answer_form
from portfolio.access_why import why
from portfolio.actions.access import give_scoped_role, take_scoped_role
from portfolio.forms.access import ScopedRoleForm, WhyForm
from portfolio.models import Membership, Project


@require_GET
def access_holders(request: HttpRequest) -> HttpResponseBase:
    """Every role held today or later, by where it holds. Roles on projects that the reader does not see are left out."""
    require(request.user, "access.view")
    today = office_day()
    not_over = Q(ends_on=None) | Q(ends_on__gte=today)
    on_projects = Membership.objects.filter(project__in=Project.objects.visible_to(request.user))
    context: dict[str, Any] = {
        "everywhere": RoleGrant.objects.filter(not_over, unit=None).select_related("user"),
        "on_units": RoleGrant.objects.filter(not_over, unit__isnull=False)
        .select_related("user", "unit")
        .order_by("unit__name"),
        "on_structure": Membership.objects.filter(not_over, project=None).select_related("user", "portfolio", "programme"),
        "on_projects": on_projects.filter(not_over).select_related("user", "project").order_by("project__reference")[:500],
        "today": today,
        "may_grant": may(request.user, "grant.manage"),
        "exports": export_urls(request.GET, "roles"),
    }
    if form := request.GET.get("export"):
        lists = ("everywhere", "on_units", "on_structure", "on_projects")
        held = [row for name in lists for row in context[name]]
        return export_response(FILE, held, name="roles", form=form_of(form))
    return render(request, "portfolio/access/access_holders.html", context)


def where_of(held: Any) -> str:
    """Where a role holds, in words."""
    places = (getattr(held, name, None) for name in ("unit", "portfolio", "programme", "project"))
    return next((str(place) for place in places if place is not None), _("Everywhere"))


FILE = [
    Column(gettext_lazy("Name"), "user"),
    Column(gettext_lazy("E-mail address"), "user.email"),
    Column(gettext_lazy("Role"), lambda held: held.get_role_display()),
    Column(gettext_lazy("Where"), where_of),
    Column(gettext_lazy("From"), "starts_on", "date"),
    Column(gettext_lazy("Until"), "ends_on", "date"),
]


@require_GET
def access_why(request: HttpRequest) -> HttpResponse:
    """Why somebody may, or may not, do something. About oneself everybody may ask; about others with `access.view`."""
    asked = request.GET.get("person", str(request.user.pk))
    if asked != str(request.user.pk):
        require(request.user, "access.view")
    form = WhyForm(
        request.GET if "action" in request.GET else None,
        asker=request.user,
        initial={"person": asked, "project": request.GET.get("project")},
    )
    if not may(request.user, "access.view"):
        form.fields["person"].queryset = form.fields["person"].queryset.filter(pk=request.user.pk)  # type: ignore[attr-defined]
    answer = why(form.cleaned_data) if form.is_bound and form.is_valid() else None
    context = {"form": form, "answer": answer, "may_view": may(request.user, "access.view")}
    return render(request, "portfolio/access/access_why.html", context, status=422 if form.errors else 200)


def access_give(request: HttpRequest) -> HttpResponse:
    """Give a role on a portfolio or programme."""
    require(request.user, "grant.manage")
    return answer_form(
        request,
        ScopedRoleForm(request.POST or None),
        lambda valid: give_scoped_role(by=request.user, **valid.cleaned_data),
        done=lambda held: reverse("portfolio:access-holders"),
        template="portfolio/access/access_form.html",
        context={},
        said=lambda held: _("%(name)s is now %(role)s.") % {"name": held.user, "role": held.get_role_display()},
    )


@require_POST
def access_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role on a portfolio or programme away."""
    require(request.user, "grant.manage")
    held = get_object_or_404(Membership.objects.select_related("user"), pk=pk, project=None)
    return answer_button(
        request,
        lambda: take_scoped_role(pk=pk),
        back="portfolio:access-holders",
        said=_("%(name)s is no longer %(role)s there.") % {"name": held.user, "role": held.get_role_display()},
    )
