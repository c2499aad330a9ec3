"""What a person looks for before going on.

A click only begins what it asks for. Words that follow are no proof that it is done: Playwright finds them anywhere, in either
case, also on the page that is about to go, and the next `goto` would take back a request on its way. So whatever leaves the page
is pressed by `follow`, and what may come a moment later is looked for by `expect`, never by `is_visible()` or `count()`.
"""

import re
from typing import Any

PATIENCE = 120_000  # milliseconds: the build server is slower than a desk, and busy; what is there is seen at once


def follow(page: Any, control: Any) -> None:
    """Press a link or button that leaves the page, and wait until the answer's page is there in its place."""
    with page.expect_navigation():
        control.click()


def confirm(page: Any, button: Any) -> None:
    """Press a button that asks first, say yes, and wait for the answer's page."""
    button.click()
    follow(page, page.locator("#confirm-ok"))


def wait_until_saved(page: Any) -> None:
    """The form says that the server holds what was typed: "Saved 14:02". Other sentences of its speak of saving too ("No
    connection. ... will be saved when you are online."), and Playwright looks for words anywhere, in either case."""
    page.locator("[data-autosave-status]", has_text=re.compile(r"^\s*Saved \d")).wait_for()
