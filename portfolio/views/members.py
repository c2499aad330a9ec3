"""The team of a project: who holds which role, from when to when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.office import office_day
from core.views.editing import answer_form, typed
from portfolio.access import project_for, roles_to_give
from portfolio.access_parts import member_for
from portfolio.actions.members import add_member, edit_member, remove_member
from portfolio.forms.members import MemberEditForm, MemberForm
from portfolio.models import Membership, Project
from portfolio.views.projects import project_page, said_or_refused


def members_url(project: Project) -> str:
    """The team of a project."""
    return reverse("portfolio:project-members", args=[project.reference])


def project_members(request: HttpRequest, reference: str) -> HttpResponse:
    """The team: manager, sponsor and everybody with a role on this project."""
    project, context = project_page(request, reference, "members")
    today = office_day()
    members = project.memberships.select_related("user").order_by("role", "user__name")
    context |= {
        "members": [
            (member, (member.ends_on and member.ends_on < today) or (member.starts_on and member.starts_on > today))
            for member in members
        ],
        "may_manage": "member.manage" in context["actions"] and not project.archived_at,
        "no_as_of": True,
    }
    return render(request, "portfolio/members/member_list.html", context)


def member_create(request: HttpRequest, reference: str) -> HttpResponse:
    """Give somebody a role on the project."""
    project = project_for(request.user, reference, "member.manage")
    return answer_form(
        request,
        MemberForm(request.POST or None, roles=roles_to_give(request.user, project)),
        lambda valid: add_member(project, by=request.user, **valid.cleaned_data),
        done=lambda made: members_url(project),
        template="portfolio/members/member_form.html",
        context={
            "page_title": _("Add to the team"),
            "project": project,
            "cancel_url": members_url(project),
            "submit": _("Add to the team"),
        },
        said=_("The team was changed."),
    )


def member_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Change from and until when somebody holds a role."""
    member = member_for(request.user, pk, "member.manage", reference=reference)

    def remake(current: Membership) -> MemberEditForm:
        return MemberEditForm(member=current)

    return answer_form(
        request,
        MemberEditForm(typed(request, lambda: remake(member)), member=member),
        lambda valid: edit_member(
            member, by=request.user, **valid.cleaned_data | {"version": valid.cleaned_data["version"] or 0}
        ),
        done=lambda changed: members_url(member.project),
        template="portfolio/members/member_form.html",
        context={
            "page_title": _("%(person)s, %(role)s") % {"person": member.user, "role": member.get_role_display()},
            "project": member.project,
            "cancel_url": members_url(member.project),
            "remove_url": reverse("portfolio:member-remove", args=[reference, pk]),
            "member": member,
        },
        said=_("The team was changed."),
        remake=remake,
    )


@require_POST
def member_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a role back."""
    member = member_for(request.user, pk, "member.manage", reference=reference)
    said = _("%(person)s is no longer %(role)s of this project.")
    return said_or_refused(
        request,
        member.project,
        lambda: remove_member(member),
        said % {"person": member.user, "role": member.get_role_display()},
        back=members_url(member.project),
    )
