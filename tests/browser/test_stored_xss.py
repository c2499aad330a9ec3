"""Markup in every text of every row, looked at by a real browser: no dialog, nothing that the policy had to stop, no handler in the
page. Some thirty pages and the parts that scripts draw; XSS_ALL=1 opens every page (minutes)."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.access_matrix import make_world
from tests.cast import make_cast
from tests.poison import LONG, poison
from tests.test_access_matrix import ADDRESSES, address_of, rows_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ALL = bool(os.environ.get("XSS_ALL"))
# What scripts of ours work on, or draw: lists, forms with finders and rows, charts, boards, previews, talk.
PAGES = [
    "home", "portfolio:project-list", "portfolio:project-detail", "portfolio:project-edit", "portfolio:project-talk",
    "portfolio:project-history", "portfolio:risk-list", "portfolio:risk-detail", "portfolio:risk-edit",
    "portfolio:change-detail", "portfolio:change-edit", "portfolio:dependency-detail", "portfolio:decision-edit",
    "portfolio:risk-matrix", "portfolio:dependency-map", "portfolio:risk-rows", "portfolio:update-detail",
    "portfolio:scale-edit", "intake:request-list", "intake:request-detail", "intake:case-detail", "intake:type-edit",
    "intake:round-detail", "intake:meeting-detail", "intake:pipeline", "intake:request-scores", "reporting:overview",
    "reporting:schedule-edit", "reporting:run-detail", "core:search", "core:mail-detail", "core:import-detail",
]  # fmt: skip
LOOK = """() => {
  const bad = [];
  for (const one of document.querySelectorAll("*")) {
    for (const attribute of one.attributes) {
      const name = attribute.name.toLowerCase();
      if (name.startsWith("on") || name.startsWith("hx-on")) { bad.push(one.tagName + " " + name); }
      if (/^(href|src|action|formaction|xlink:href|srcdoc|hx-get|hx-post)$/.test(name)
          && /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data:text)/i.test(attribute.value)) { bad.push(one.tagName + " " + name + "=" + attribute.value); }
    }
    if (one.tagName === "SCRIPT" && !one.src && one.type !== "application/json") { bad.push("SCRIPT without src"); }
    if (one.tagName === "IMG" && one.getAttribute("src") === "x") { bad.push("IMG of ours"); }
    if (one.getAttribute("hx-get") === "/evil") { bad.push("hx-get of ours"); }
  }
  return bad.concat((window.stopped || []).map((one) => "stopped " + one));
}"""
WATCH = (
    "window.stopped = []; document.addEventListener('securitypolicyviolation', (event) => "
    "window.stopped.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));"
)


@pytest.mark.django_db(transaction=True)
def test_nothing_that_a_row_holds_runs_in_a_browser(page_of: Callable[..., Any]) -> None:
    world = make_world(make_cast())
    head, own = world.cast.pmo_head, world.cast.own
    count, refused = poison()
    assert count > 500
    assert not refused
    page, dialogs, wrong = page_of(head), [], {}

    def answer(dialog: Any) -> None:
        if dialog.type != "beforeunload":  # "you have not saved" is ours
            dialogs.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    page.set_default_navigation_timeout(120_000)
    page.add_init_script(WATCH)
    known = [name for name in PAGES if name in ADDRESSES]
    names = [name for name in sorted(ADDRESSES) if not name.startswith("api:")] if ALL else known
    assert len(known) > 25, sorted(set(PAGES) - set(known))
    opened = 0
    for name in names:
        for row in rows_of(name)[:1]:
            if row.method != "get" or "logout" in name or (ALL and is_file(head, address_of(name, row, world, own))):
                continue
            address = address_of(name, row, world, own)
            page.goto(address, wait_until="load")
            opened += 1
            if found := page.evaluate(LOOK):
                wrong[address] = found[:5]
    wrong |= drawn_by_scripts(page, own.reference)
    print(f"{opened} pages opened over {count} texts")  # noqa: T201
    assert not wrong, wrong
    assert dialogs == []


def is_file(person: Any, address: str) -> bool:
    """Whether an address gives a file, or no page."""
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    return (
        answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", "") or b"<html" not in answer.content
    )


def drawn_by_scripts(page: Any, reference: str) -> dict[str, Any]:
    """What is found in parts that come after the page: suggestions, panels, mentions, rows."""
    wrong = {}

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        if found := page.evaluate(LOOK):
            wrong[name] = found[:5]

    page.goto("/portfolio/projects/")
    box = page.locator("input[type=search]").first
    if box.is_visible():
        box.type("onerror")
        look("suggestions")
    page.goto("/portfolio/projects/?filters=1")
    look("filters")
    page.goto(f"/portfolio/projects/{reference}/talk/")
    area = page.locator("textarea").first
    area.fill(LONG + " ")
    area.type("@d")
    look("mentions")
    page.goto("/portfolio/risks/new/")
    finder = page.locator("#id_scope")
    finder.type("PRJ")
    look("finder")
    return wrong


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("plan.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("plan.html", b"<script>alert(1)</script>"),
        ("plan.txt", b"<script>alert(1)</script>"),
        ("plan.txt", b"Words & more"),
        ('"><img src=x onerror=alert(1)>.txt', b"words"),
    ],
)
def test_no_attachment_is_shown_as_a_page(name: str, content: bytes, cast: Any, client: Client) -> None:
    client.force_login(cast.pmo_head, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/api/v1/portfolio/projects/{cast.own.reference}/attachments/"
    answer = client.post(address, {"file": SimpleUploadedFile(name, content, content_type="text/html")})
    if b"<" in content:  # what looks like a page is taken under no name
        assert answer.status_code == 400
        return
    assert answer.status_code == 201, answer.content
    file = client.get(f"/api/v1/core/attachments/{answer.json()['id']}/download/")
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "html" not in file.headers["Content-Type"]
    assert "\n" not in file.headers["Content-Disposition"]
    assert b"<img" not in client.get(f"/portfolio/projects/{cast.own.reference}/talk/").content
