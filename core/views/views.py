"""Saved views of lists: save, manage, share, forget."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.actions.views import forget_view, save_view, share_view
from core.models import SavedView
from core.views.editing import answer_form


class ViewForm(forms.Form):
    """The name of a view, and for whom it is."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("For example: Red projects of my unit.")
    )
    shared = forms.BooleanField(
        label=gettext_lazy("Share with everyone"),
        required=False,
        help_text=gettext_lazy("Everybody sees only the rows that they may see, whoever saved the view."),
    )


def list_url(name: str) -> str:
    """The address of a list by its URL name, or 404: names come from the address bar."""
    try:
        return reverse(name)
    except NoReverseMatch as error:
        raise Http404 from error


def view_create(request: HttpRequest) -> HttpResponse:
    """Save the present filters, order and columns of a list under a name."""
    page = request.GET.get("list", "")
    url = list_url(page)
    query = QueryDict(request.GET.get("query", "")[:2000], mutable=True)
    for key in ("page", "export", "panel"):
        query.pop(key, None)
    return answer_form(
        request,
        ViewForm(request.POST or None),
        lambda valid: save_view(by=request.user, page=page, query=query.urlencode(), **valid.cleaned_data),
        done=lambda view: f"{url}?{view.query}",
        template="core/view/view_form.html",
        context={"page_title": _("Save this view"), "cancel_url": f"{url}?{query.urlencode()}", "submit": _("Save view")},
        said=_("The view “%(it)s” was saved."),
    )


def view_list(request: HttpRequest) -> HttpResponse:
    """The reader's own views, and those that others share."""
    views = SavedView.objects.filter(user=request.user) | SavedView.objects.filter(is_shared=True)
    lines = []
    for view in views.select_related("user").order_by("page", "name"):
        try:
            lines.append((view, f"{reverse(view.page)}?{view.query}", view.user_id == request.user.pk))
        except NoReverseMatch:  # a list that is no more
            continue
    return render(request, "core/view/view_list.html", {"lines": lines, "page_title": _("Saved views"), "no_as_of": True})


@require_POST
def view_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Share one's own view, or keep it to oneself again."""
    view = get_object_or_404(SavedView, pk=pk, user=request.user)
    share_view(view, shared=not view.is_shared)
    messages.success(request, _("The view is shared with everyone.") if view.is_shared else _("The view is yours alone."))
    return redirect("core:view-list")


@require_POST
def view_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own view."""
    view = get_object_or_404(SavedView, pk=pk, user=request.user)
    forget_view(view)
    messages.success(request, _("The view “%(view)s” was deleted.") % {"view": view.name})
    return redirect("core:view-list")
