"""Which objectives a request serves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.views.editing import answer_button, answer_form, whole_number
from intake.access import request_for
from intake.actions.triage import link_request_objective, unlink_request_objective
from intake.forms.triage import RequestObjectiveForm
from intake.views.requests import request_url


def request_objectives(request: HttpRequest, reference: str) -> HttpResponse:
    """The objectives of a request with their weights, and a form for another one."""
    found = request_for(request.user, reference, "request.triage")
    links = list(found.objective_links.select_related("objective"))
    left = 100 - sum(link.weight for link in links)
    return answer_form(
        request,
        RequestObjectiveForm(request.POST or None, initial={"weight": left or None}),
        lambda valid: link_request_objective(found, **valid.cleaned_data),
        done=lambda _made: reverse("intake:request-objectives", args=[found.reference]),
        template="intake/moves/request_objectives.html",
        context={
            "it": found,
            "links": links,
            "left": left,
            "page_title": _("Objectives"),
            "cancel_url": request_url(found),
            "no_as_of": True,
        },
        said=_("Saved."),
    )


@require_POST
def request_objective_remove(request: HttpRequest, reference: str) -> HttpResponse:
    """Remove a link to an objective."""
    found = request_for(request.user, reference, "request.triage")
    link = found.objective_links.filter(pk=whole_number(request.POST.get("link"))).first()
    back = reverse("intake:request-objectives", args=[found.reference])
    if link is None:
        messages.info(request, _("It was removed already."))
        return redirect(back)
    return answer_button(request, lambda: unlink_request_objective(link), back=back, said=_("Removed."))
