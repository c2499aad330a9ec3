"""The project manager's three minutes, in a real browser: written, saved by itself, previewed, submitted, published."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portfolio.models import Project, ReportingPeriod, StatusUpdate
from tests import factories
from tests.browser.waits import follow, wait_until_saved
from tests.cast import Cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def period(cast: Cast) -> ReportingPeriod:
    """An open month after a reported one; the forecast is 20 % over budget."""
    calendar = factories.calendar()
    factories.duty(cast.own, calendar)
    before = timezone.now() - timedelta(days=25)
    earlier = factories.period(calendar, ends_on=timezone.localdate() - timedelta(days=31), label="Month before")
    factories.update(cast.own, earlier, summary="Last month's words", effective_at=before, published_at=before, cost="green")
    Project.objects.filter(pk=cast.own.pk).update(forecast=1_200_000)
    return factories.period(calendar, label="This month")


@pytest.mark.parametrize("width", [1440, 390])
def test_project_manager_writes_and_the_pmo_publishes(
    cast: Cast, period: ReportingPeriod, page_of: Callable[..., Any], width: int
) -> None:
    page = page_of(cast.project_manager, width=width)
    page.goto(f"/portfolio/projects/{cast.own.reference}/updates/write/")
    assert page.locator("h1").inner_text() == "Status update"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # The reason is asked for only where the rating differs from the computed one.
    reason = page.locator("#id_reason_cost")
    expect(reason).to_be_visible()
    page.locator("[data-rating=cost] input[value=red]").check()
    expect(reason).to_be_hidden()
    page.locator("[data-rating=cost] input[value=amber]").check()
    expect(reason).to_be_visible()
    reason.fill("The change request was approved on Monday.")

    # Last time's words are one click away.
    page.get_by_text("What it said for Month before").first.click()
    page.get_by_role("button", name="Use this text").first.click()
    expect(page.locator("#id_summary")).to_have_value("Last month's words")
    page.locator("#id_summary").fill("On track; the tender came in over.")

    # A changed forecast changes the suggestion without a reload.
    page.locator("#id_forecast_cost").fill("1,080,000")
    page.locator("#id_forecast_cost").blur()
    page.get_by_text("Forecast cost is £80k (8%) over the approved budget.").wait_for()

    # It saves itself.
    wait_until_saved(page)
    draft = StatusUpdate.objects.get(period=period)
    assert draft.state == "draft"
    page.locator("#id_decisions-0-text").fill("Choose the vendor")
    page.get_by_role("button", name="Add a decision").click()
    page.locator("#id_decisions-1-text").fill("Release the contingency")
    page.locator("[data-rating=overall] input[value=amber]").check()

    follow(page, page.get_by_role("button", name="Preview"))
    assert page.url.endswith("/preview/")
    expect(page.get_by_text("On track; the tender came in over.")).to_be_visible()
    expect(page.get_by_text("Release the contingency")).to_be_visible()
    follow(page, page.get_by_role("button", name="Submit update"))
    page.get_by_text("Update submitted.").wait_for()
    draft.refresh_from_db()
    assert (draft.state, draft.cost, draft.computed["cost"]["rag"]) == ("submitted", "amber", "amber")
    assert draft.reasons == {}  # the corrected forecast made the reason needless
    assert draft.decisions.count() == 2

    desk = page_of(cast.pmo_analyst)
    desk.goto("/portfolio/updates/")
    follow(desk, desk.get_by_role("link", name="Own project"))
    desk.get_by_role("button", name="Publish").dblclick()  # the second click opens and closes nothing
    follow(desk, desk.locator("#confirm-ok"))
    desk.get_by_text("Everybody who may see the project sees it now.").wait_for()
    assert Project.objects.get(pk=cast.own.pk).current_update == draft


def test_second_editor_is_shown_both_versions(cast: Cast, period: ReportingPeriod, page_of: Callable[..., Any]) -> None:
    address = f"/portfolio/projects/{cast.own.reference}/updates/write/{period.pk}/"
    first, second = page_of(cast.project_manager), page_of(cast.pmo_analyst)
    first.goto(address)
    second.goto(address)
    first.locator("#id_summary").fill("From the manager")
    wait_until_saved(first)
    with second.expect_console_message(lambda message: "409" in message.text):  # of the autosave
        second.locator("#id_summary").fill("From the analyst")
    second.get_by_text("Somebody else saved this too").wait_for()
    with second.expect_console_message(lambda message: "409" in message.text):
        follow(second, second.get_by_role("button", name="Save draft"))
    second.get_by_role("heading", name="Somebody else saved this while you were writing").wait_for()
    page_of.troubles.clear()  # type: ignore[attr-defined]
    second.locator("input[name=choice-summary][value=theirs]").check()
    follow(second, second.get_by_role("button", name="Save what I chose"))
    second.get_by_text("Draft saved.").wait_for()
    assert StatusUpdate.objects.get(period=period).summary == "From the manager"


def test_words_survive_a_lost_connection(cast: Cast, period: ReportingPeriod, page_of: Callable[..., Any]) -> None:
    page = page_of(cast.project_manager)
    page.goto(f"/portfolio/projects/{cast.own.reference}/updates/write/{period.pk}/")
    page.context.set_offline(True)
    page.locator("#id_summary").fill("Typed on the train")
    page.get_by_text("No connection.").wait_for()
    page_of.troubles.clear()  # type: ignore[attr-defined]  # that a request failed is the point
    page.context.set_offline(False)
    wait_until_saved(page)
    page_of.troubles.clear()  # type: ignore[attr-defined]
    assert StatusUpdate.objects.get(period=period).summary == "Typed on the train"
