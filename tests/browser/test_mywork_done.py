"""My work in a browser: the panels are drawn once for equal rows, so their buttons name a form outside them."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portfolio.models import Entry
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("scripts", [True, False])
def test_done_ends_an_action_by_keyboard_and_stays_on_the_page(cast, page_of, scripts, live_server, transactional_db):
    for title in ("Call the council", "Call the bank"):
        factories.entry("action", cast.own, title, owner=cast.project_manager, due_on=timezone.localdate())
    page = page_of(cast.project_manager, java_script_enabled=scripts)
    for left in (1, 0):
        page.goto("/")
        title = page.locator("section[aria-labelledby=tasks-title] .row-title").first.inner_text()
        with page.expect_navigation():
            page.get_by_role("button", name=f"Done: {title}").press("Enter")
        assert page.url == f"{live_server.url}/"
        expect(page.get_by_role("button", name="Done")).to_have_count(left)
        assert Entry.objects.get(kind="action", title=title).status == "done"
