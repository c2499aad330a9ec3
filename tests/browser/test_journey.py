"""The whole way of a figure: from the PMO's spreadsheet through a project manager's update into an executive's inbox.

Everything that a person does is done in the browser; jobs run in a real worker, mail goes to a real SMTP server.
"""

import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from core.embedded.process import wait_until
from portfolio.models import Project, StatusUpdate
from reporting.models import ReportRun, ReportSchedule
from reporting.tasks import dispatch
from tests import factories
from tests.browser.waits import confirm, follow, wait_until_saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GMPP = Path(__file__).parent.parent / "data/imports/gmpp_2023_24.csv"
CHAIR = "chair@board.example"
TITLE = "4th National Lottery Licence Competition"
SUMMARY = "The licence was handed over on 30 October; the last claim is settled and the programme can close."


def sign_in(page: Any, person: User) -> Any:
    """By e-mail and password, as people do (the password is the one that tests/factories.py gives)."""
    page.goto("/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill("secret-word")
    follow(page, page.get_by_role("button", name="Sign in"))
    page.get_by_role("heading", name="My work").wait_for()
    return page


def slice_of_gmpp(rows: int) -> bytes:
    """The published file with its header and the first projects only."""
    lines = list(csv.reader(io.StringIO(GMPP.read_text(encoding="utf-8-sig"))))
    text = io.StringIO()
    csv.writer(text).writerows(lines[: rows + 1])
    return text.getvalue().encode()


def import_portfolio(page: Any) -> None:
    """Through the wizard: upload, take the proposed columns, say what day it tells about, look at what would happen, confirm."""
    page.goto("/imports/")
    page.get_by_label("File").set_input_files({"name": "gmpp.csv", "mimeType": "text/csv", "buffer": slice_of_gmpp(6)})
    follow(page, page.get_by_role("button", name="Upload and read"))
    page.get_by_role("heading", name="Place the columns").wait_for()
    page.locator("input[name=as_at]").fill("2024-03-31")
    page.get_by_label("Source of the identifiers").fill("GMPP")
    page.get_by_role("button", name="Show what would happen").click()
    page.get_by_role("heading", name="What would happen").wait_for()
    page.get_by_role("button", name="Import 6 rows").click()
    page.get_by_role("heading", name="Everything was written").wait_for()


def name_manager(page: Any, project: Project, manager: User) -> None:
    """The PMO says who runs the project."""
    page.goto(f"/portfolio/projects/{project.reference}/edit/")
    page.get_by_label("Manager", exact=False).first.select_option(label=str(manager))
    follow(page, page.get_by_role("button", name="Save").first)
    page.get_by_role("heading", level=1, name=project.title).wait_for()


def set_up_calendar(page: Any) -> None:
    """A monthly calendar whose period is open now."""
    page.goto("/portfolio/calendars/new/")
    page.get_by_label("Name").fill("Every project, monthly")
    page.get_by_label("Opens, days before the period ends").fill("31")
    follow(page, page.get_by_role("button", name="Add calendar"))
    page.get_by_text("Every project, monthly").first.wait_for()


def write_update(page: Any) -> None:
    """From My work: facts are there already, the text saves itself, the preview shows what readers get."""
    page.goto("/")
    follow(page, page.get_by_role("link", name=f"Start update: {TITLE}"))
    page.get_by_role("heading", level=1, name="Status update").wait_for()
    page.locator("[data-rating=overall] label", has_text="Amber").click()
    with page.expect_response(lambda answer: answer.request.headers.get("x-requested-with") == "autosave" and answer.ok):
        page.get_by_label("Executive summary").fill(SUMMARY)
    wait_until_saved(page)
    for box in page.locator("[data-reason] input:visible, [data-reason] textarea:visible").all():
        box.fill("The recovery plan is agreed.")
    follow(page, page.get_by_role("button", name="Preview"))
    page.get_by_text(SUMMARY).wait_for()
    follow(page, page.get_by_role("button", name="Submit update"))
    page.get_by_text("Update submitted.").wait_for()


def publish_update(page: Any, project: Project) -> None:
    """The PMO analyst finds it in the queue and publishes it."""
    page.goto("/portfolio/updates/?state=submitted")
    follow(page, page.get_by_role("link", name=TITLE).first)
    page.get_by_text(SUMMARY).wait_for()
    confirm(page, page.get_by_role("button", name="Publish").first)
    page.get_by_text("Everybody who may see the project sees it now.").wait_for()
    update = StatusUpdate.objects.get(project=project, state="published", summary=SUMMARY)
    project.refresh_from_db()
    assert project.current_update_id == update.pk


def schedule_report(page: Any) -> ReportSchedule:
    """The analyst sends the status pack every Monday to the chair, who has no account."""
    page.goto("/reports/schedules/new/")
    page.get_by_label("Name").fill("Board portfolio report")
    page.get_by_label("Addresses outside").fill(CHAIR)
    follow(page, page.get_by_role("button", name="Schedule report"))
    page.get_by_text("The report is scheduled.").wait_for()
    return ReportSchedule.objects.get()


def pdf_words(pdf: bytes) -> str:
    """The text of a PDF, white space folded."""
    shown = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(shown.stdout.decode().split())


@pytest.mark.django_db(transaction=True)
def test_update_reaches_inbox(page_of: Callable[..., Any], celery_live: Any, smtp_server: Any) -> None:
    factories.series()  # a test that emptied the database may have run before
    manager, head = factories.user(name="Priya Nair"), factories.user("pmo_head", name="Helen Okafor")
    analyst = sign_in(page_of(None), factories.user("pmo_analyst", name="Tomás Rivera"))
    import_portfolio(analyst)
    project = Project.objects.get(title=TITLE)
    name_manager(analyst, project, manager)
    set_up_calendar(sign_in(page_of(None), head))
    write_update(sign_in(page_of(None), manager))
    publish_update(analyst, project)

    schedule = schedule_report(analyst)
    ReportSchedule.objects.filter(pk=schedule.pk).update(next_due_at=timezone.now())  # Monday comes
    dispatch.delay()  # what beat asks for every few seconds
    assert wait_until(lambda: any(CHAIR in to for to in smtp_server.recipients), seconds=240)
    message = next(one for one, to in zip(smtp_server.messages, smtp_server.recipients, strict=True) if CHAIR in to)
    (attached,) = message.iter_attachments()
    pdf = attached.get_content()
    assert SUMMARY in pdf_words(pdf)
    assert ReportRun.objects.get().state == "done"

    analyst.goto(f"/mail/?q={CHAIR}")
    follow(analyst, analyst.get_by_role("link", name=str(message["Subject"])))
    address = analyst.get_by_role("link", name=attached.get_filename()).get_attribute("href")
    assert analyst.request.get(address).body() == pdf
