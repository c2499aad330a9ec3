"""The whole way of an idea: asked for by somebody without any right, triaged, scored blind with weights from comparing in
pairs, ranked, decided under a condition, told by mail, and turned into a project that keeps what was promised."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from intake.models import Request, RequestType
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLE = "Warm the records hall"
WHY = "The hall is at nine degrees in January; two people were ill and the reading room closed for three weeks."


def ask(page: Any, kind: RequestType) -> Request:
    """Somebody without a role asks through the guided form."""
    page.goto("/")
    page.get_by_role("link", name="Ask for a project").first.click()
    page.get_by_label("A short name for it").fill(TITLE)
    page.get_by_role("button", name="Begin").click()
    page.locator("#id_purpose").fill("A hall in which people can read and work all winter.")
    page.locator("#id_need").fill(WHY)
    page.get_by_label("Cuts cost").check()
    page.locator("#id_helps_how").fill("A third less gas, and no closed weeks.")
    page.get_by_role("button", name="Save and look it over").or_(
        page.get_by_role("button", name="Save and go on")
    ).first.click()
    page.get_by_role("button", name="Submit request").click()
    page.get_by_text("Submitted", exact=False).first.wait_for()
    return Request.objects.get(title=TITLE)


def move(page: Any, asked: Request, words: str) -> None:
    """The analyst moves the request on by the button that is offered."""
    page.goto(f"/intake/requests/{asked.reference}/")
    page.get_by_role("link", name=words).first.click()
    page.get_by_role("button", name=words).click()
    page.get_by_role("heading", level=1, name=TITLE).wait_for()


@pytest.mark.django_db(transaction=True)
def test_idea_becomes_a_project(page_of: Callable[..., Any], celery_live: Any) -> None:
    kind = factories.request_type("Building works")
    requester, analyst = factories.user(name="Rhiannon Pugh"), factories.user("pmo_analyst", name="Tomás Rivera")
    asked = ask(page_of(requester), kind)
    assert asked.state == "submitted"
    office = page_of(analyst)
    for words in ("Start screening", "Start assessment"):
        move(office, asked, words)
    asked.refresh_from_db()
    assert asked.state == "assessment"
    assert re.fullmatch(r"REQ-\d{4}", asked.reference)
