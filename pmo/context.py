"""What every page's shell needs: navigation by job, only what the reader may use."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import Rights, rights_of
from accounts.models import User
from core.models import Notification
from core.prepared import Prepared
from portfolio.access import may_create_project
from portfolio.models.visibility import may_see_something
from reporting.demo.people import PASSWORD, SIGN_INS


@dataclass(frozen=True)
class Entry:
    """One line of the navigation. `action`: held everywhere, else the line is not shown; empty = for everyone. `work`: only for
    those for whom there may be a project, programme or portfolio."""

    label: Any
    name: str
    icon: str
    action: str = ""
    work: bool = False


NAVIGATION: list[tuple[Any, list[Entry]]] = [
    (_("My work"), [Entry(_("My work"), "home", "inbox")]),
    (
        _("Portfolio"),
        [
            Entry(_("Overview"), "reporting:overview", "layout-dashboard", work=True),
            Entry(_("Projects"), "portfolio:project-list", "folder-kanban", work=True),
            Entry(_("Programmes"), "portfolio:programme-list", "layers", work=True),
            Entry(_("Portfolios"), "portfolio:portfolio-list", "briefcase", work=True),
            Entry(_("Objectives"), "portfolio:objective-list", "target"),
        ],
    ),
    (
        _("Registers"),
        [
            Entry(_("Risk matrix"), "portfolio:risk-matrix", "grid-3x3", work=True),
            Entry(_("Risks"), "portfolio:risk-list", "triangle-alert", work=True),
            Entry(_("Issues"), "portfolio:issue-list", "octagon-alert", work=True),
            Entry(_("Actions"), "portfolio:action-list", "circle-check-big", work=True),
            Entry(_("Decisions"), "portfolio:decision-list", "gavel", work=True),
            Entry(_("Assumptions"), "portfolio:assumption-list", "circle-question-mark", work=True),
            Entry(_("Dependencies"), "portfolio:dependency-list", "git-pull-request-arrow", work=True),
            Entry(_("Dependency network"), "portfolio:dependency-map", "waypoints", work=True),
            Entry(_("Change requests"), "portfolio:change-list", "git-compare-arrows", work=True),
        ],
    ),
    (
        _("Intake"),
        [
            Entry(_("My requests"), "intake:request-mine", "message-square-plus"),
            Entry(_("Requests"), "intake:request-list", "lightbulb"),
            Entry(_("Triage"), "intake:queue", "list-filter", "queue.view"),
            Entry(_("Pipeline"), "intake:pipeline", "square-kanban", "request.view"),
            Entry(_("My reviews"), "intake:review-list", "star"),
            Entry(_("Selection"), "intake:round-list", "list-ordered", "request.view"),
            Entry(_("Decision meetings"), "intake:meeting-list", "vote", "request.view"),
        ],
    ),
    (
        _("Reports"),
        [
            Entry(_("Status updates"), "portfolio:update-list", "clipboard-check", "queue.view"),
            Entry(_("Schedules"), "reporting:schedule-list", "calendar-clock", "report.view"),
            Entry(_("Archive"), "reporting:run-list", "archive", "report.view"),
            Entry(_("Mail"), "core:mail-list", "mail", "mail.view"),
        ],
    ),
    (
        _("Admin"),
        [
            Entry(_("Import"), "core:import-list", "upload", "import.view"),
            Entry(_("Request types"), "intake:type-list", "clipboard-list", "setup.view"),
            Entry(_("Scoring models"), "intake:model-list", "scale", "setup.view"),
            Entry(_("Project templates"), "intake:template-list", "layout-template", "setup.view"),
            Entry(_("Reporting calendars"), "portfolio:calendar-list", "calendar-days", "setup.view"),
            Entry(_("Health thresholds"), "portfolio:threshold-list", "gauge", "setup.view"),
            Entry(_("Risk scales"), "portfolio:scale-edit", "sliders-horizontal", "setup.view"),
            Entry(_("Risk categories"), "portfolio:category-list", "tags", "setup.view"),
            Entry(_("Approval routes"), "portfolio:route-list", "route", "setup.view"),
            Entry(_("People"), "accounts:user-list", "users", "access.view"),
            Entry(_("Organisation"), "accounts:unit-list", "network", "access.view"),
            Entry(_("Roles and access"), "accounts:access-list", "shield", "access.view"),
        ],
    ),
]


UNREAD = Prepared(
    lambda user: (
        Notification.objects.filter(user=user, read_at=None)
        .order_by()
        .values("user")
        .annotate(count=Count("pk"))
        .values_list("count")
    ),
    user=int,
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Navigation, the organisation's name and the product's version. Costs three queries: the reader's rights, and what they have not read."""
    context: dict[str, Any] = {"organisation_name": settings.ORGANISATION_NAME, "version": settings.VERSION}
    user = getattr(request, "user", None)
    if request.path == reverse("accounts:login"):
        context["demo_accounts"] = demo_accounts() if settings.DEMO else []
        context["nobody_yet"] = not context["demo_accounts"] and not User.objects.exists()
    if user is not None and user.is_authenticated:
        context["user_links"] = [{"label": _("My profile"), "url": reverse("accounts:profile-detail"), "icon": "circle-user"}]
        context["navigation"] = navigation_for(user, request.path)
        context["may_create_project"] = may_create_project(user)
        context["search_url"] = reverse("core:search")
        context["notifications_url"] = reverse("core:notification-list")
        # A page that renders a part of itself first asks twice.
        if not hasattr(request, "unread_count"):
            request.unread_count = sum(count for (count,) in UNREAD(user=user.pk))  # type: ignore[attr-defined]
        context["unread_count"] = request.unread_count  # type: ignore[attr-defined]
    return context


def demo_accounts() -> list[dict[str, str]]:
    """The sign-ins of the demonstration, where it is loaded, for the sign-in page. One query."""
    there = set(User.objects.filter(email__in=SIGN_INS, is_active=True).values_list("email", flat=True))
    return [
        {"email": email, "name": name.split()[0], "role": f"{name}, {title}", "password": PASSWORD}
        for email, (name, title, _role) in SIGN_INS.items()
        if email in there
    ]


OPEN_AT_FIRST = 22  # lines: as many as a window of 900 px shows, with the names of the groups that are closed


@dataclass(frozen=True)
class Navigation:
    """The groups and lines of people with these roles, and the address of the line that is active. The template draws it once
    for each `roles`, `works` (there may be projects for them) and `here`. A group is `open` as long as all lines fit a screen; the one that holds `here` is open, too,
    and what a reader opens or closes stays so on their device (static/js/navigation.js)."""

    groups: tuple[dict[str, Any], ...]
    roles: frozenset[str]
    works: bool
    here: str


def navigation_for(user: Any, path: str) -> Navigation:
    """What this person may use; the line whose address is the longest start of `path` is active."""
    roles, works = rights_of(user).everywhere, may_see_something(user)
    groups = _groups(roles, works)
    urls = [entry["url"] for group in groups for entry in group["entries"]]
    here = max((url for url in urls if path == url or (url != "/" and path.startswith(url))), key=len, default="")
    return Navigation(groups, roles, works, here)


@lru_cache(maxsize=256)
def _groups(roles: frozenset[str], works: bool) -> tuple[dict[str, Any], ...]:
    """The groups that people with these roles everywhere see; with the lines of projects and registers where there may be any."""
    rights, groups = Rights(roles), []
    for label, entries in NAVIGATION:
        shown = []
        for entry in entries:
            if (entry.work and not works) or (entry.action and not rights.everywhere_may(entry.action)):
                continue
            try:
                url = reverse(entry.name)
            except NoReverseMatch:  # a room that is not built yet has no line
                continue
            shown.append({"label": entry.label, "url": url, "icon": entry.icon})
        if shown:
            groups.append({"label": label, "entries": shown, "urls": [entry["url"] for entry in shown], "open": False})
    # Who manages people comes for the last group, and finds it open before the registers.
    lines = 0
    for group in groups[:2] + groups[:1:-1] if rights.everywhere_may("user.manage") else groups:
        lines += len(group["entries"])
        group["open"] = lines <= OPEN_AT_FIRST
    return tuple(groups)
