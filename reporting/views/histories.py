"""The history of what an office sets up, of rounds, meetings, schedules and people: a page, and a file."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.views.history import answer_history
from reporting.histories import noun_for, page_of_thing, thing_for, trail_of_thing


@require_safe
def setup_history(request: HttpRequest, noun: str) -> HttpResponseBase:
    """Everything that was changed on all things of a kind, removed ones too."""
    found = noun_for(request.user, noun, whole=True)
    title = _("History of %(it)s") % {"it": found.title}
    return answer_history(
        request,
        found.title,
        [(found.model, {})],
        back=page_of_thing(found),
        context={"page_title": title},
        name=f"history-{noun}",
    )


@require_safe
def object_history(request: HttpRequest, noun: str, pk: int) -> HttpResponseBase:
    """Everything that was changed on one thing and its parts."""
    found = noun_for(request.user, noun)
    it = thing_for(request.user, found, pk)
    rows = trail_of_thing(request.user, found, it)
    return answer_history(request, it, rows, back=page_of_thing(found, it), name=f"history-{noun}-{pk}")
