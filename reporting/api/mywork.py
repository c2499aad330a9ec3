"""My work: what waits for the person who asks, part by part, as their front page shows it."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.base import RoomViewSet
from portfolio.models import Project
from reporting.collect.mywork import MyWork, my_work_of, summary_of
from reporting.collect.mywork_intake import Asked
from reporting.collect.mywork_office import Stopped

Line = dict[str, Any]


class LineSerializer(serializers.Serializer[Any]):
    """One thing: what it is called, the address of its page, and the day by which it is due; null for what has none."""

    title = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    due_on = serializers.DateField(allow_null=True)


class OwedLineSerializer(LineSerializer):
    """An update to write. `draft`: "" nothing written yet, "draft", or "returned"; `days_left` is negative once it is overdue."""

    reference = serializers.CharField()
    period = serializers.CharField()
    draft = serializers.CharField(allow_blank=True)
    days_left = serializers.IntegerField()


class RatedLineSerializer(LineSerializer):
    """A project. Ratings are "" where none was given."""

    reference = serializers.CharField()
    declared = serializers.CharField(allow_blank=True)
    computed = serializers.CharField(allow_blank=True)


class OwnLineSerializer(RatedLineSerializer):
    """A running project that you manage, or sponsor."""

    assured = serializers.CharField(allow_blank=True)
    is_manager = serializers.BooleanField()
    reported_at = serializers.DateTimeField(allow_null=True)


class SubmittedLineSerializer(RatedLineSerializer):
    """An update to review; `title` and `reference` are its project's."""

    period = serializers.CharField()
    submitted_by = serializers.CharField(allow_null=True)
    submitted_at = serializers.DateTimeField()


class ReddenedLineSerializer(LineSerializer):
    """A project whose newest update is red while the one before said `was`."""

    reference = serializers.CharField()
    manager = serializers.CharField(allow_null=True)
    was = serializers.CharField()
    reported_at = serializers.DateTimeField()


class OfProjectLineSerializer(LineSerializer):
    """Something of a project: a milestone that is near or missed."""

    reference = serializers.CharField()
    project = serializers.CharField()


class AskedDecisionLineSerializer(OfProjectLineSerializer):
    """A decision that the newest update of a project of yours asks for; `decider` as the update names them."""

    decider = serializers.CharField(allow_blank=True)


class TaskLineSerializer(LineSerializer):
    """Something to do in a register. `what`: action, issue, decision, assumption, risk (to review), escalation, date, change, give or
    get; `kind`: the register of the entry."""

    what = serializers.CharField()
    kind = serializers.CharField()
    reference = serializers.CharField()
    is_late = serializers.BooleanField()


class ChoreLineSerializer(LineSerializer):
    """Something that choosing asks of you: score, compare, vote or condition; `count`: of how many requests."""

    kind = serializers.CharField()
    count = serializers.IntegerField()
    is_late = serializers.BooleanField()


class RequestLineSerializer(LineSerializer):
    """A request of yours that is not settled. `waits`: it is a draft, or a question is put to you."""

    reference = serializers.CharField()
    state = serializers.CharField()
    moved_at = serializers.DateTimeField()
    waits = serializers.BooleanField()


class NewsLineSerializer(LineSerializer):
    """Something that you have not read; `title` and `url` are "" where you may not see it any more."""

    created_at = serializers.DateTimeField()


class LateLineSerializer(LineSerializer):
    """Updates that are overdue of one manager (`title`, "" for none); `days`: how long the oldest is overdue."""

    number = serializers.IntegerField()
    days = serializers.IntegerField()


class StateLineSerializer(LineSerializer):
    """An import that waits or failed, or a mail that did not go out. `about`: to whom the mail goes."""

    state = serializers.CharField()
    about = serializers.CharField(allow_blank=True)


class StoppedLineSerializer(LineSerializer):
    """A report whose last run failed, or that is paused."""

    failed_at = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class LockedLineSerializer(LineSerializer):
    """A sign-in that is locked out (`title`: the e-mail that was tried)."""

    address = serializers.CharField(allow_null=True)
    attempt_at = serializers.DateTimeField()


class HistoryLineSerializer(LineSerializer):
    """The history could not be sealed (`kind` "sealing") or is not what was sealed ("verifying"), for administrators. `title`: what
    and what to do; `times`: failed runs since `since`; `reason`: that of the last one."""

    kind = serializers.CharField()
    since = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    times = serializers.IntegerField()
    reason = serializers.CharField()


class MyWorkSerializer(serializers.Serializer[Any]):
    """What waits for you. Parts that are none of your business are empty, as is what does not wait. Each part has a bound, the most
    urgent first; `queue_count`, `late_count`, `milestones_missed` and `unread_count` count all of theirs."""

    today = serializers.DateField()
    summary = serializers.CharField()
    owed = OwedLineSerializer(many=True)
    queue = SubmittedLineSerializer(many=True)
    queue_count = serializers.IntegerField()
    tasks = TaskLineSerializer(many=True)
    chores = ChoreLineSerializer(many=True)
    decisions = AskedDecisionLineSerializer(many=True)
    projects = OwnLineSerializer(many=True)
    requests = RequestLineSerializer(many=True)
    turned_red = ReddenedLineSerializer(many=True)
    milestones = OfProjectLineSerializer(many=True)
    milestones_missed = serializers.IntegerField()
    notifications = NewsLineSerializer(many=True)
    unread_count = serializers.IntegerField()
    late_by_manager = LateLineSerializer(many=True)
    late_count = serializers.IntegerField()
    imports = StateLineSerializer(many=True)
    mails = StateLineSerializer(many=True)
    reports = StoppedLineSerializer(many=True)
    locked = LockedLineSerializer(many=True)
    history = HistoryLineSerializer(many=True)


def line(title: str, name: str, *key: Any, due: date | None = None, query: str = "", **more: Any) -> Line:
    """A line that leads to the page of this name."""
    return {"title": title, "url": reverse(name, args=key) + query, "due_on": due} | more


def project_line(row: Any, title: str, *, name: str = "portfolio:project-detail", **more: Any) -> Line:
    """A line that leads to a page of the row's project."""
    return line(title, name, row.reference, reference=row.reference, **more)


REQUEST_PAGES = {"draft": "intake:request-resume", "needs_information": "intake:request-answer"}


def of_person(work: MyWork, me: int) -> dict[str, list[Line]]:
    """What the person themselves writes, does and asked for."""
    return {
        "owed": [
            line(
                one.title, "portfolio:update-write", one.reference, one.period_id, due=one.due_on, reference=one.reference,
                period=one.period, draft=one.draft, days_left=one.days_left,
            )
            for one in work.owed
        ],
        "tasks": [vars(one) | {"url": one.url} for one in work.tasks],
        "chores": [vars(one) for one in work.chores],
        "decisions": [
            project_line(one, one.text, due=one.due_on, project=one.title, decider=one.decider) for one in work.decisions
        ],
        "projects": [
            project_line(
                one, one.title, declared=one.declared or "", computed=one.computed or "", assured=one.assured or "",
                is_manager=one.manager_id == me, reported_at=one.reported_at,
            )
            for one in work.projects
        ],
        "requests": [request_line(one) for one in work.requests],
        "milestones": [
            project_line(one, one.title, name="portfolio:project-milestones", due=one.due_on, project=one.project)
            for one in work.milestones
        ],
        "notifications": [
            {"title": one.text, "url": one.url, "due_on": None, "created_at": one.created_at} for one in work.notifications
        ],
    }  # fmt: skip


def request_line(one: Asked) -> Line:
    """A request, by where its requester goes on with it."""
    page = REQUEST_PAGES.get(one.state, "intake:request-detail")
    return line(
        one.title, page, one.reference, reference=one.reference, state=one.state, moved_at=one.moved_at, waits=one.waits
    )


def of_office(work: MyWork) -> dict[str, list[Line]]:
    """What an office looks after."""
    return {
        "queue": [
            line(
                one.title, "portfolio:update-detail", one.reference, one.pk, reference=one.reference, period=one.period,
                submitted_by=one.submitted_by, submitted_at=one.submitted_at, declared=one.overall, computed=one.computed_overall,
            )
            for one in work.queue
        ],
        "turned_red": [
            project_line(one, one.title, manager=one.manager, was=one.was, reported_at=one.reported_at) for one in work.turned_red
        ],
        "late_by_manager": [
            line(who, "reporting:overview-rows", query="?figure=late", number=number, days=days)
            for who, number, days in work.late_by_manager
        ],
        "imports": [line(one.name, "core:import-detail", one.pk, state=one.state, about="") for one in work.imports],
        "mails": [line(one.subject, "core:mail-detail", one.pk, state=one.state, about=one.to_address) for one in work.mails],
        "reports": [stopped_line(one) for one in work.reports],
        "locked": [
            line(one.username, "accounts:signin-list", address=one.ip_address, attempt_at=one.attempt_time) for one in work.locked
        ],
        "history": [{"title": f"{one.title} {one.next_step}", "url": "", "due_on": None} | one._asdict() for one in work.history],
    }  # fmt: skip


def stopped_line(one: Stopped) -> Line:
    """A report, by its failed run if there is one."""
    page = ("reporting:run-detail", one.failed_run) if one.failed_run else ("reporting:schedule-detail", one.pk)
    why = (one.reason if one.failed_run else one.paused_reason) or ""
    return line(one.name, *page, failed_at=one.failed_at, paused_at=one.paused_at, reason=why)


class MyWorkViewSet(RoomViewSet):
    """What waits for the person who asks."""

    serializer_class = MyWorkSerializer
    queryset = Project.objects.none()
    pagination_class = None
    filter_backends = ()

    @extend_schema(responses=forced_singular_serializer(MyWorkSerializer))
    def list(self, request: Request) -> Response:
        """Everything that waits for you today, by part, as the front page shows it."""
        me: Any = request.user
        work = my_work_of(me, today=timezone.localdate(), at=timezone.now())
        counts = {name: getattr(work, name) for name in ("queue_count", "milestones_missed", "unread_count", "late_count")}
        told = {"today": work.today, "summary": summary_of(work)} | counts | of_person(work, me.pk) | of_office(work)
        return Response(MyWorkSerializer(told).data)
