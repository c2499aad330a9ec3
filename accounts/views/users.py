"""People: list, invite, look at, edit, disable, enable, open a paused sign-in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import may, require, roles_elsewhere
from accounts.actions.passwords import send_invitation
from accounts.actions.people import EDITED_FIELDS, SuccessorNeeded, disable_person, edit_person, enable_person, invite_person
from accounts.actions.sessions import alive_sessions, open_sign_in
from accounts.filters import UserFilter
from accounts.forms.users import SuccessorForm, UserForm
from accounts.models import RoleGrant, User
from accounts.views.paging import page_of
from accounts.wording import UnitNames, roles_told
from core.errors import ActionError
from core.exports import Column, export_response, export_urls, form_of
from core.history import history_of
from core.office import office_day
from core.views.editing import answer_button, answer_form, typed

SORTS = {
    "name": ("name", "email"),
    "email": ("email",),
    "unit": ("unit__name", "name"),
    "last_login": ("last_login", "name"),
}


@require_GET
def user_list(request: HttpRequest) -> HttpResponseBase:
    """Everybody who has an account. Costs the same queries at any number of people."""
    require(request.user, "access.view")
    filters = UserFilter(request.GET, queryset=User.objects.select_related("unit").prefetch_related("role_grants__unit"))
    if form := request.GET.get("export"):
        people = list(filters.qs.order_by(*SORTS["name"]))
        name_roles(people, request.user)
        return export_response(file_columns(), people, name="people", form=form_of(form))
    context = page_of(request, filters.qs, SORTS, "name")
    name_roles(context["page"], request.user)
    context |= {
        "filter_form": filters.form,
        "may_manage": may(request.user, "user.manage"),
        "exports": export_urls(request.GET, "people"),
        "may_import": may(request.user, "user.manage") and may(request.user, "import.run"),
    }
    return render(request, "accounts/user/user_list.html", context)


def name_roles(people: Any, reader: Any) -> None:
    """Give each person `roles_today` (grants) and `roles_elsewhere` (words), as far as the reader may know of them."""
    today = office_day()
    elsewhere = roles_elsewhere(people, reader)
    for person in people:
        person.roles_today = [grant for grant in person.role_grants.all() if grant.holds(today)]
        person.roles_elsewhere = elsewhere.get(person.pk, [])


def file_columns() -> list[Column]:
    """What the file of people holds; it comes back by the import (accounts/imports.py). One query."""
    units = UnitNames.of_all()
    return [
        Column(_("Name"), "name"),
        Column(_("E-mail address"), "email"),
        Column(_("Job title"), "job_title"),
        Column(_("Organisation unit"), lambda person: units.told(person.unit_id)),
        Column(_("Language"), "language"),
        Column(_("Time zone"), "time_zone"),
        Column(_("Roles"), lambda person: roles_told(person.role_grants.all(), units), "list"),
        Column(_("Roles on projects"), "roles_elsewhere", "list"),
        Column(_("Last sign-in"), "last_login", "moment"),
        Column(_("May sign in"), "is_active", "boolean"),
    ]


@require_GET
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: facts, roles, sessions, what changed."""
    require(request.user, "access.view")
    person = get_object_or_404(User.objects.select_related("unit"), pk=pk)
    now = timezone.now()
    grants = list(person.role_grants.select_related("unit"))
    context = {
        "person": person,
        "grants": [(grant, grant.holds(office_day(now))) for grant in grants],
        "sessions": alive_sessions(person, now),
        "last_sign_ins": person.sign_ins.all()[:5],
        "entries": history_of((User, {"pgh_obj_id": person.pk}), (RoleGrant, {"user_id": person.pk}), limit=30),
        "may_manage": may(request.user, "user.manage"),
        "may_grant": may(request.user, "grant.manage") and person.pk != request.user.pk,
        "invited": not person.has_usable_password(),
    }
    return render(request, "accounts/user/user_detail.html", context)


def user_create(request: HttpRequest) -> HttpResponse:
    """Invite a person: they get a mail with a link to choose a password."""
    require(request.user, "user.manage")

    def act(valid: UserForm) -> User:
        fields = {name: valid.cleaned_data[name] for name in EDITED_FIELDS}
        return invite_person(by=request.user, at=timezone.now(), **fields)  # type: ignore[arg-type]

    return answer_form(
        request,
        UserForm(request.POST or None),
        act,
        done=lambda person: reverse("accounts:user-detail", args=[person.pk]),
        template="accounts/user/user_form.html",
        context={},
        said=lambda person: (
            _("%(name)s is invited: a mail is on its way to %(email)s.") % {"name": person, "email": person.email}
        ),
    )


def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known about a person."""
    require(request.user, "user.manage")
    person = get_object_or_404(User, pk=pk)

    def remake(current: User) -> UserForm:
        return UserForm(instance=current)

    return answer_form(
        request,
        UserForm(typed(request, lambda: remake(person)), instance=User.objects.get(pk=pk)),
        lambda valid: edit_person(pk=pk, version=valid.cleaned_data["version"] or 0, changes=valid.cleaned_data),
        done=lambda edited: reverse("accounts:user-detail", args=[pk]),
        template="accounts/user/user_form.html",
        context={"person": person},
        said=lambda edited: _("%(name)s is saved.") % {"name": edited.name},
        remake=remake,
    )


@require_POST
def user_disable(request: HttpRequest, pk: int) -> HttpResponse:
    """Bar a person from signing in, at once. Asks for a successor where only they are named on something confidential."""
    require(request.user, "user.manage")
    person = get_object_or_404(User, pk=pk)
    form = SuccessorForm(request.POST if "successor" in request.POST else None, but={pk, request.user.pk or 0})
    chosen = form.cleaned_data["successor"] if form.is_bound and form.is_valid() else None
    try:
        disable_person(pk=pk, by=request.user, at=timezone.now(), successor=chosen)  # type: ignore[arg-type]
    except ActionError as error:
        if error.field != "successor":
            messages.error(request, str(error))
            return redirect("accounts:user-detail", pk)
        if form.is_bound and chosen is not None:
            form.add_error("successor", str(error))
        context = {"form": form, "person": person, "needed": str(error) if isinstance(error, SuccessorNeeded) else ""}
        return render(request, "accounts/user/user_disable.html", context, status=422)
    messages.success(request, _("%(name)s can no longer sign in; every session has ended.") % {"name": person})
    return redirect("accounts:user-detail", pk)


@require_POST
def user_enable(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person sign in again."""
    require(request.user, "user.manage")
    get_object_or_404(User, pk=pk)
    return answer_button(
        request,
        lambda: enable_person(pk=pk),
        back=reverse("accounts:user-detail", args=[pk]),
        said=lambda person: _("%(name)s may sign in again.") % {"name": person},
    )


@require_POST
def user_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody sign in at once whose sign-in is paused after too many wrong passwords."""
    require(request.user, "user.manage")
    person = get_object_or_404(User, pk=pk)
    if open_sign_in(user=person, why=f"opened by {request.user.pk}"):
        messages.success(request, _("%(name)s can try to sign in again.") % {"name": person})
    else:
        messages.info(request, _("The sign-in of %(name)s is not paused.") % {"name": person})
    return redirect("accounts:signin-list")


@require_POST
def user_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail the link to choose a password again."""
    require(request.user, "user.manage")
    person = get_object_or_404(User, pk=pk, is_active=True)
    send_invitation(user=person, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("A mail with a new link is on its way to %(email)s.") % {"email": person.email})
    return redirect("accounts:user-detail", pk)
