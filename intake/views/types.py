"""Pages of request types: the list, one type, its public link."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import may, require
from core.views.editing import answer_form, typed
from core.views.history import answer_history
from intake.access import type_for
from intake.actions.types import create_type, draft_form, edit_type, published_form, renew_link
from intake.forms.types import TypeForm
from intake.formulas.questions import questions_of
from intake.models import RequestType
from intake.models.requests import OPEN, State
from intake.trail import trail_of_type


def type_url(kind: RequestType) -> str:
    """The page of a request type."""
    return reverse("intake:type-detail", args=[kind.pk])


def type_list(request: HttpRequest) -> HttpResponse:
    """All kinds of request."""
    require(request.user, "setup.view")
    published = Q(form_versions__published_at__isnull=False)
    rows = RequestType.objects.annotate(
        published=Max("form_versions__number", filter=published),
        latest=Max("form_versions__number"),
        count=Count("requests", distinct=True),
    ).order_by("position", "name")
    context = {"types": rows, "page_title": _("Request types"), "no_as_of": True}
    context["may_manage"] = may(request.user, "intake.manage")
    return render(request, "intake/types/type_list.html", context)


def type_create(request: HttpRequest) -> HttpResponse:
    """Add a kind of request; its questions come next."""
    require(request.user, "intake.manage")
    return answer_form(
        request,
        TypeForm(request.POST or None),
        lambda valid: create_type(values=valid.values()),
        done=lambda made: reverse("intake:type-form", args=[made.pk]),
        template="intake/types/type_edit.html",
        context={
            "page_title": _("Add a request type"),
            "cancel_url": reverse("intake:type-list"),
            "submit": _("Add"),
            "no_as_of": True,
        },
        said=_("%(it)s was added. Now its questions."),
    )


def type_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a kind of request. Two people who save at once are shown both versions."""
    kind = type_for(request.user, pk)

    def remake(current: RequestType) -> TypeForm:
        return TypeForm(instance=current)

    return answer_form(
        request,
        TypeForm(typed(request, lambda: remake(type_for(request.user, pk))), instance=kind),
        lambda valid: edit_type(
            type_for(request.user, pk), changes=valid.values(), version=valid.cleaned_data["version"] or -1
        ),
        done=type_url,
        template="intake/types/type_edit.html",
        context={
            "page_title": _("Edit %(type)s") % {"type": type_for(request.user, pk)},
            "cancel_url": type_url(kind),
            "submit": _("Save"),
            "no_as_of": True,
        },
        said=_("Saved."),
        remake=remake,
    )


def type_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One kind of request: its link, its service times, the versions of its form."""
    kind = type_for(request.user, pk, "setup.view")
    published, draft = published_form(kind), draft_form(kind)
    context: dict[str, Any] = {
        "kind": kind,
        "published": published,
        "draft": draft,
        "question_count": sum(1 for _question in questions_of(published.document)) if published else 0,
        "versions": kind.form_versions.exclude(published_at=None).select_related("published_by"),
        "service": [(State(state).label, (kind.service_days or {}).get(state)) for state in OPEN],
        "public_url": request.build_absolute_uri(reverse("intake:request-ask", args=[kind.public_key])),
        "requests": kind.requests.count(),
        "may_manage": may(request.user, "intake.manage"),
        "page_title": kind.name,
        "no_as_of": True,
    }
    return render(request, "intake/types/type_detail.html", context)


@require_POST
def type_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the public form a new address."""
    kind = renew_link(type_for(request.user, pk))
    messages.success(request, _("The form has a new address. The old one leads nowhere any more."))
    return redirect(type_url(kind))


def type_history(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything that was changed on the type, also as a file. What its forms asked, and when, is told by their versions."""
    kind = type_for(request.user, pk, "setup.view")
    return answer_history(
        request,
        kind,
        trail_of_type(kind),
        back=type_url(kind),
        template="intake/types/type_history.html",
        context={"kind": kind, "page_title": _("History of “%(type)s”") % {"type": kind}, "no_as_of": True},
    )
