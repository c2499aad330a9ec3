"""Follow a request, or stop."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.views.editing import answer_button
from intake.access import request_for
from intake.actions.following import follow_request, unfollow_request
from intake.views.requests import request_url


@require_POST
def request_follow(request: HttpRequest, reference: str) -> HttpResponse:
    """Be told when the request moves; with `stop`, no longer."""
    found = request_for(request.user, reference, "comment.write")
    if "stop" in request.POST or "stop" in request.GET:
        act, said = unfollow_request, _("You are not told any more when it moves.")
    else:
        act, said = follow_request, _("You are told when it moves.")
    return answer_button(request, lambda: act(found, by=request.user), back=request_url(found), said=said)
