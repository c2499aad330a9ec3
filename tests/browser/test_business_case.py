"""A business case in a browser: pasted from a spreadsheet, saved, read with its charts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from intake.actions.cases import edit_case, start_case
from intake.models import CaseAmount
from tests import factories
from tests.browser.waits import follow
from tests.cast import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PASTE = """(text) => {
  const cell = document.activeElement, data = new DataTransfer();
  data.setData("text/plain", text);
  cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_a_block_is_pasted_and_the_figures_follow(page_of: Callable[..., Any], live_server: Any) -> None:
    cast = make_cast()
    asked = factories.request("Replace the case system", by=cast.requester, state="assessment")
    case = start_case(asked, at=timezone.now())
    case = edit_case(case, changes={"base_year": 2027, "years": 5}, version=case.version)
    option = case.options.get(is_preferred=True)
    page = page_of(cast.pmo_analyst)
    page.goto(f"{live_server.url}/intake/requests/{asked.reference}/case/options/{option.pk}/figures/")
    page.locator('[data-grid-row] input[type="text"]').first.focus()
    rows = [
        "Platform\t400k / 500k / 700k\t100k",
        "Licences\t\t20,000\t20,000\t20,000\t20,000",
        "Fewer letters\t\t50k/150k/180k\t250,000\t250k\t£250k",
    ]
    page.evaluate(PASTE, "\n".join(rows))
    kinds = page.locator("[data-grid-row] select")
    kinds.nth(1).select_option("revenue")
    kinds.nth(2).select_option("benefit")
    expect(page.locator("[data-grid-total]").nth(1)).to_have_text("30,000")
    page.locator('[data-grid-row] td input[type="text"]').first.press("Enter")
    page.get_by_role("button", name="Add a line").click()
    page.keyboard.type("Training")
    page.locator('[data-grid-row] td input[type="text"]').nth(0).press("ArrowDown")
    follow(page, page.get_by_role("button", name="Save"))
    assert "/case/?option=" in page.url
    expect(page.get_by_text("Your changes were saved.")).to_be_visible()
    expect(page.locator(".chart svg")).to_have_count(2)
    page.get_by_text("How it is made").first.click()
    expect(page.locator(".figure-inputs").first).to_be_visible()
    assert CaseAmount.objects.filter(line__option=option).count() == 10
    assert not page_of.troubles  # type: ignore[attr-defined]
