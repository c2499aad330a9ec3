"""My work: what waits for the reader."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from intake.access import may_ask
from reporting.collect.mywork import my_work_of, summary_of


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """The front page of every signed-in person: what they owe, what changed, what waits for them."""
    work = my_work_of(request.user, today=timezone.localdate(), at=timezone.now())
    request.unread_count = work.unread_count  # type: ignore[attr-defined]  # counted already: pmo/context.py
    context = {"work": work, "summary": summary_of(work), "no_as_of": True, "ask_url": ask_url(request.user)}  # type: ignore[union-attr]
    return render(request, "reporting/mywork/mywork_detail.html", context)


def ask_url(user: Any) -> str:
    """Where the person asks for a project; empty for those who may not."""
    if not may_ask(user):
        return ""
    try:
        return reverse("intake:request-create")
    except NoReverseMatch:
        return ""
