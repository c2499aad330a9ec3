"""My work: what waits for the reader."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from intake.access import may_ask
from reporting.collect.mywork import MyWork, my_work_of


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


def summary_of(work: MyWork) -> str:
    """One line: the most pressing things first."""
    late = sum(item.is_late for item in work.owed)
    failed = sum(bool(schedule.failed_run) for schedule in work.reports)
    paused = len(work.reports) - failed
    waiting = len(work.tasks) - work.tasks_late
    parts = []
    for number, words in (
        (late, ngettext("%(n)s update is overdue", "%(n)s updates are overdue", late)),
        (len(work.owed) - late, ngettext("%(n)s update to write", "%(n)s updates to write", len(work.owed) - late)),
        (work.queue_count, ngettext("%(n)s update to review", "%(n)s updates to review", work.queue_count)),
        (
            work.milestones_missed,
            ngettext("%(n)s milestone is overdue", "%(n)s milestones are overdue", work.milestones_missed),
        ),
        (len(work.decisions), ngettext("%(n)s decision needed", "%(n)s decisions needed", len(work.decisions))),
        (
            work.requests_waiting,
            ngettext("%(n)s request waits for you", "%(n)s requests wait for you", work.requests_waiting),
        ),
        (len(work.chores), ngettext("%(n)s to score, vote or settle", "%(n)s to score, vote or settle", len(work.chores))),
        (waiting, ngettext("%(n)s to do in the registers", "%(n)s to do in the registers", waiting)),
        (work.tasks_late, ngettext("%(n)s task is overdue", "%(n)s tasks are overdue", work.tasks_late)),
        (len(work.mails), ngettext("%(n)s mail failed", "%(n)s mails failed", len(work.mails))),
        (failed, ngettext("%(n)s report failed", "%(n)s reports failed", failed)),
        (paused, ngettext("%(n)s report is paused", "%(n)s reports are paused", paused)),
    ):
        if number:
            parts.append(words % {"n": number})
    return ", ".join(parts) or _("Nothing is waiting for you.")
