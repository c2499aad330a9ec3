"""Follow a request, or stop."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import ActionError
from intake.access import request_for
from intake.actions.following import follow_request, unfollow_request
from intake.views.requests import request_url


@require_POST
def request_follow(request: HttpRequest, reference: str) -> HttpResponse:
    """Be told when the request moves; with `stop`, no longer."""
    found = request_for(request.user, reference, "comment.write")
    try:
        if "stop" in request.POST or "stop" in request.GET:
            unfollow_request(found, by=request.user)
            messages.success(request, _("You are not told any more when it moves."))
        else:
            follow_request(found, by=request.user)
            messages.success(request, _("You are told when it moves."))
    except ActionError as error:
        messages.error(request, str(error))
    return redirect(request_url(found))
