"""Organisation units: the tree, add, change and move, remove."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import may, require
from accounts.actions.units import add_unit, edit_unit, remove_unit
from accounts.forms.units import UnitForm, tree_rows
from accounts.models import OrganisationUnit
from core.views.editing import answer_button, answer_form, typed


@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """The organisation as a tree. Two queries at any size."""
    require(request.user, "access.view")
    people = dict(OrganisationUnit.objects.annotate(n=Count("people")).values_list("pk", "n").order_by())
    rows = [(unit, depth, people[unit.pk]) for unit, depth in tree_rows()]
    return render(request, "accounts/unit/unit_list.html", {"rows": rows, "may_manage": may(request.user, "unit.manage")})


def unit_create(request: HttpRequest) -> HttpResponse:
    """Add a unit."""
    require(request.user, "unit.manage")
    return answer_form(
        request,
        UnitForm(request.POST or None, initial={"parent": request.GET.get("parent")}),
        lambda valid: add_unit(**values_of(valid)),
        done=lambda unit: reverse("accounts:unit-list"),
        template="accounts/unit/unit_form.html",
        context={},
        said=lambda unit: _("%(unit)s is added.") % {"unit": unit},
    )


def values_of(form: UnitForm) -> dict[str, Any]:
    """What the form says of the unit."""
    return {name: form.cleaned_data[name] for name in ("name", "code", "parent")}


def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or move a unit."""
    require(request.user, "unit.manage")
    unit = get_object_or_404(OrganisationUnit, pk=pk)

    def remake(current: OrganisationUnit) -> UnitForm:
        return UnitForm(instance=current)

    return answer_form(
        request,
        UnitForm(typed(request, lambda: remake(unit)), instance=OrganisationUnit.objects.get(pk=pk)),
        lambda valid: edit_unit(pk=pk, version=valid.cleaned_data["version"] or 0, **values_of(valid)),
        done=lambda edited: reverse("accounts:unit-list"),
        template="accounts/unit/unit_form.html",
        context={"unit": unit},
        said=lambda edited: _("%(unit)s is saved.") % {"unit": edited.name},
        remake=remake,
    )


@require_POST
def unit_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an empty unit."""
    require(request.user, "unit.manage")
    get_object_or_404(OrganisationUnit, pk=pk)
    return answer_button(
        request,
        lambda: remove_unit(pk=pk),
        back=reverse("accounts:unit-edit", args=[pk]),
        said=lambda unit: _("%(unit)s is removed.") % {"unit": unit},
        done=lambda unit: reverse("accounts:unit-list"),
    )
