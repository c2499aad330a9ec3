"""Organisation units: the tree, add, change and move, remove."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import may, require
from accounts.actions.units import add_unit, edit_unit, remove_unit
from accounts.forms.units import UnitForm, tree_rows
from accounts.models import OrganisationUnit
from core.errors import ActionError, EditConflict
from core.forms.conflicts import conflict_of, with_choices
from core.views.editing import answer_button


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
    form = UnitForm(request.POST or None, initial={"parent": request.GET.get("parent")})
    if request.method == "POST" and form.is_valid():
        try:
            unit = add_unit(**{name: form.cleaned_data[name] for name in ("name", "code", "parent")})
        except ActionError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("%(unit)s is added.") % {"unit": unit})
            return redirect("accounts:unit-list")
    return render(request, "accounts/unit/unit_form.html", {"form": form}, status=422 if form.errors else 200)


def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or move a unit."""
    require(request.user, "unit.manage")
    unit = get_object_or_404(OrganisationUnit, pk=pk)
    form, conflict = UnitForm(instance=unit), None
    if request.method == "POST":
        form = UnitForm(with_choices(request.POST, form, unit), instance=OrganisationUnit.objects.get(pk=pk))
        if form.is_valid():
            changes = {name: form.cleaned_data[name] for name in ("name", "code", "parent")}
            try:
                edit_unit(pk=pk, version=form.cleaned_data["version"] or 0, **changes)
            except EditConflict as error:
                conflict = conflict_of(form, error)
            except ActionError as error:
                form.add_error(error.field, str(error))
            else:
                messages.success(request, _("%(unit)s is saved.") % {"unit": changes["name"]})
                return redirect("accounts:unit-list")
    context = {"form": form, "unit": unit, "conflict": conflict}
    return render(request, "accounts/unit/unit_form.html", context, status=422 if form.errors or conflict else 200)


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
