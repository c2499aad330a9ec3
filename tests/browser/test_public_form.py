"""Somebody without an account asks, step by step: nothing that was typed or chosen is lost on the way."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.models import Attachment
from intake.models import FormVersion, Request, RequestType
from tests.browser.waits import follow
from tests.intake.formulas.test_questions import FORM

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_asking_step_by_step_loses_nothing(transactional_db: None, page_of: Callable[..., Any]) -> None:
    kind = RequestType.objects.create(name="Works", is_public=True)
    FormVersion.objects.create(type=kind, number=1, document=FORM, published_at=timezone.now())
    page = page_of(None)
    page.goto(reverse("intake:request-ask", args=[kind.public_key]))
    go_on = page.get_by_role("button", name="Go on")

    go_on.click()
    page.locator(".has-error").first.wait_for()
    page.get_by_label("A short name for it").fill("Warm the hall")
    page.locator("#id_purpose").fill("Warmth")
    page.locator("#id_need").fill("It is cold.")
    page.get_by_label("Cuts cost").check()
    page.get_by_label("A short name for it").press("Enter")
    page.get_by_text("Step 2 of").wait_for()
    expect(page.locator("#id_title")).to_be_hidden()
    page.go_back()
    expect(page.locator("#id_title")).to_be_visible()
    assert page.get_by_label("A short name for it").input_value() == "Warm the hall"

    page.get_by_role("link", name="Look it over and send").click()
    page.get_by_text("Not ready to send").wait_for()
    page.locator("#id_files").set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"The plan."})
    page.get_by_role("button", name="Send request").click()
    missing = page.locator("#part-check .asking-missing a")
    expect(missing.first).to_be_focused()  # the server's answer has taken the place of the one before
    missing.get_by_text("Your name").click()
    page.get_by_label("Your name").fill("Rhiannon Pugh")
    page.get_by_label("Your e-mail address").fill("rhiannon@outside.example")
    page.get_by_role("link", name="Look it over and send").click()
    expect(missing).to_have_text(["Personal data?"])
    missing.click()
    page.locator("[name=a-personal][value=no]").check()
    page.get_by_role("link", name="Look it over and send").click()
    expect(missing).to_have_count(0)
    follow(page, page.get_by_role("button", name="Send request"))
    page.get_by_role("heading", name="Warm the hall").wait_for()

    row = Request.objects.get()
    assert (row.title, row.helps, row.answers) == ("Warm the hall", ["cost"], {"personal": False})
    assert Attachment.objects.get().name == "plan.txt"


def test_without_scripts_it_is_one_page(transactional_db: None, page_of: Callable[..., Any]) -> None:
    kind = RequestType.objects.create(name="Works", is_public=True)
    FormVersion.objects.create(type=kind, number=1, document=FORM, published_at=timezone.now())
    page = page_of(None, java_script_enabled=False)
    page.goto(reverse("intake:request-ask", args=[kind.public_key]))
    for control in ("#id_title", "#id_email", "#id_files"):
        assert page.locator(control).is_visible()
    page.get_by_label("Your name").fill("Rhiannon Pugh")
    with page.expect_console_message(lambda message: "422" in message.text):
        follow(page, page.get_by_role("button", name="Send request"))
    page.get_by_text("There is a problem").wait_for()
    assert page.get_by_label("Your name").input_value() == "Rhiannon Pugh"
    assert "422" in page_of.troubles.pop()  # type: ignore[attr-defined]


def test_an_amount_written_short_counts_as_the_amount(transactional_db: None, page_of: Callable[..., Any]) -> None:
    kind = RequestType.objects.create(name="Works", is_public=True)
    FormVersion.objects.create(type=kind, number=1, document=FORM, published_at=timezone.now())
    page = page_of(None)
    page.goto(reverse("intake:request-ask", args=[kind.public_key]))
    type_in = "(field, said) => { field.value = said; field.dispatchEvent(new Event('input', { bubbles: true })); }"
    asked = {}
    for said in ("450k", "£1.2m", "2 million", "100,000", "99k", "99,999.99", "k", "1.2.3m"):
        page.locator("[name=a-cost]").evaluate(type_in, said)
        asked[said] = page.locator("[data-question=funding]").get_attribute("hidden") is None
    assert asked == {said: said in ("450k", "£1.2m", "2 million", "100,000") for said in asked}
