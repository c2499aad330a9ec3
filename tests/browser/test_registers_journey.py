"""A risk's whole way: raised on a project, escalated, taken over by the portfolio, shared by three projects, happened, an issue,
a change request that the board approves and that moves the forecast; the next portfolio pack tells it in the right numbers."""

import re
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from core.embedded.process import wait_until
from portfolio.actions.approval_routes import adopt_routes
from portfolio.models import Entry, Portfolio, Project
from reporting.actions.schedules import Recipients, create_schedule
from reporting.models import Report, ReportRun, ReportSchedule
from reporting.tasks import dispatch
from tests import factories
from tests.browser.test_journey import pdf_words
from tests.browser.waits import follow

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RISK = "The only maker of the signal relays closes"
CHAIR = "chair@board.example"


def raise_risk(page: Any, project: Project) -> Entry:
    """The manager writes it down: cause, effect, rating, money."""
    page.goto(f"/portfolio/risks/new/?scope={project.reference}")
    page.get_by_label("Title").fill(RISK)
    page.locator("#id_cause").fill("One factory, one product line")
    page.locator("#id_effect").fill("Relays are designed and certified anew")
    rating = page.locator("[data-rating]").first
    rating.get_by_label("Likelihood").select_option("4")
    rating.get_by_text("Impact by dimension").click()
    rating.get_by_label("Impact on cost").select_option("4")
    page.locator("[data-rating-says]").first.get_by_text("16").wait_for()
    page.locator(".form-fold-title", has_text="Probability and money").click()
    page.get_by_label("Probability, %").fill("60")
    for part, amount in (("low", "1m"), ("likely", "2m"), ("high", "6m")):
        page.get_by_label(f"Impact in money, {part}").fill(amount)
    follow(page, page.get_by_role("button", name="Add risk"))
    page.get_by_role("heading", level=1, name=RISK).wait_for()
    return Entry.objects.get(title=RISK)


def escalate(manager: Any, head: Any, risk: Entry, place: Portfolio) -> None:
    """Offered to the portfolio, accepted there: same reference, its project goes on sharing it."""
    manager.goto(f"/portfolio/registers/{risk.reference}/escalate/")
    manager.get_by_label("Offer it to").select_option(place.reference)
    manager.get_by_label("Why it cannot be dealt with here").fill("Three projects buy the same relay.")
    follow(manager, manager.get_by_role("button", name="Offer it"))
    manager.get_by_text("Offered. Those who answer for it were told.").wait_for()
    head.goto(f"/portfolio/risks/{risk.reference}/")
    follow(head, head.get_by_role("link", name="Accept").first)
    head.get_by_label("Words to who offered it").fill("We talk to the maker for all three.")
    follow(head, head.get_by_role("button", name=re.compile("^(Accept|Take)")))
    head.get_by_role("heading", level=1, name=RISK).wait_for()


def share(head: Any, risk: Entry, project: Project, impact: str, likely: str) -> None:
    """What it would mean for another project."""
    head.goto(f"/portfolio/risks/{risk.reference}/shared/new/")
    head.locator("#id_project").fill(project.reference)
    head.get_by_label("Impact", exact=False).first.select_option(impact)
    head.get_by_label("Impact in money, likely").fill(likely)
    follow(head, head.locator("main form").get_by_role("button").first)
    head.get_by_role("link", name=project.title).first.wait_for()


def happen(head: Any, risk: Entry) -> Entry:
    """It happened: an issue is made of it."""
    head.goto(f"/portfolio/risks/{risk.reference}/happen/")
    head.get_by_label("Reason").fill("The maker announced the end of the line for March.")
    box = head.get_by_label("issue", exact=False).first
    if not box.is_checked():
        box.check()
    follow(head, head.get_by_role("button", name="Record that it happened"))
    head.get_by_text("Recorded that it happened.").wait_for()
    return Entry.objects.get(kind="issue", title=RISK)


def ask_for_change(page: Any, head: Any, issue: Entry, project: Project) -> Entry:
    """The issue raises a change request of the project that is hit first; its manager submits it."""
    head.goto(f"/portfolio/issues/{issue.reference}/")
    head.locator(".page-head summary, header summary").last.click()
    follow(head, head.get_by_role("button", name="Make it a change request"))
    head.get_by_role("heading", level=1, name="Edit change request").wait_for()
    head.locator("#id_scope").fill(project.reference)
    head.locator("#id_reason").fill("Relays are certified anew, from a second maker.")
    head.get_by_label("Change of cost").fill("3m")
    head.locator("#id_finish_change").fill("30")
    follow(head, head.get_by_role("button", name="Save"))
    head.get_by_role("heading", level=1, name=RISK).wait_for()
    change = Entry.objects.get(kind="change", title=RISK)
    page.goto(f"/portfolio/changes/{change.reference}/submit/")
    follow(page, page.get_by_role("button", name=re.compile("Submit")))
    page.get_by_role("heading", level=1, name=RISK).wait_for()
    return change


def vote(page: Any, change: Entry) -> None:
    """A member of the board is for it."""
    page.goto(f"/portfolio/changes/{change.reference}/vote/")
    page.get_by_role("radio", name="Approve").check()
    follow(page, page.locator("main form").get_by_role("button").last)
    page.get_by_role("heading", level=1, name=RISK).wait_for()


def pack_text(smtp_server: Any, owner: User, rail: Portfolio) -> str:
    """The words of the next portfolio pack, as it arrives in an inbox outside."""
    now = timezone.now()
    schedule = ReportSchedule(
        name="Rail", report=Report.PACK, portfolio=rail, weekday=0, at=time(8), zone="UTC", starts_on=now.date()
    )
    create_schedule(schedule=schedule, recipients=Recipients(addresses=(CHAIR,)), by=owner, at=now)
    ReportSchedule.objects.filter(pk=schedule.pk).update(next_due_at=now)
    dispatch.delay()
    assert wait_until(lambda: any(CHAIR in to for to in smtp_server.recipients), seconds=240)
    message = next(one for one, to in zip(smtp_server.messages, smtp_server.recipients, strict=True) if CHAIR in to)
    (attached,) = message.iter_attachments()
    assert ReportRun.objects.get().state == "done"
    return pdf_words(attached.get_content())


@pytest.mark.django_db(transaction=True)
def test_risk_becomes_a_change_of_forecast(page_of: Callable[..., Any], celery_live: Any, smtp_server: Any) -> None:
    factories.series()
    adopt_routes()
    priya, helen = factories.user(name="Priya Nair"), factories.user("pmo_head", name="Helen Okafor")
    board = [factories.user("board_member", name=f"Member {letter}") for letter in "ABC"]
    rail = factories.portfolio("Rail")
    money = {"budget": Decimal(20_000_000), "forecast": Decimal(21_000_000), "currency": "GBP"}
    hit, second, third = (
        factories.project(title, manager=priya, portfolio=rail, **money)
        for title in ("North line", "South line", "Harbour line")
    )
    manager, head = page_of(priya), page_of(helen)

    risk = raise_risk(manager, hit)
    escalate(manager, head, risk, rail)
    share(head, risk, second, "3", "500k")
    share(head, risk, third, "2", "200k")
    risk.refresh_from_db()
    assert (risk.portfolio, risk.project, risk.shared_impacts.count()) == (rail, None, 3)
    manager.goto(f"/portfolio/risks/?project={second.reference}")
    manager.get_by_role("link", name=RISK).first.wait_for()

    issue = happen(head, risk)
    change = ask_for_change(manager, head, issue, hit)
    for person in board:
        vote(page_of(person), change)
    change.refresh_from_db()
    hit.refresh_from_db()
    assert change.status == "approved"
    assert (hit.budget, hit.forecast) == (Decimal(23_000_000), Decimal(24_000_000))

    text = pack_text(smtp_server, helen, rail)
    for words in (f"{risk.reference} · risk", "Happened: The maker announced", change.reference, "+£3m, 30 days later", "£24m"):
        assert words in text, words
