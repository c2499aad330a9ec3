"""The tracking page: where a request stands, for whoever has its secret address. Nothing else can be read from here."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from intake.actions.letters import state_sentence
from intake.models import Request


@login_not_required
@never_cache
def request_track(request: HttpRequest, key: str) -> HttpResponse:
    """Title, state and moves of the request. 404 for a key that is none."""
    found = get_object_or_404(Request.objects.select_related("project"), tracking_key=key)
    context = {"it": found, "moves": found.moves.all(), "sentence": state_sentence(found), "page_title": found.title}
    return render(request, "intake/tracking/request_track.html", context)
