"""What a person looks for before going on."""

import re
from typing import Any


def wait_until_saved(page: Any) -> None:
    """The form says that the server holds what was typed: "Saved 14:02". Other sentences of its speak of saving too ("No
    connection. ... will be saved when you are online."), and Playwright looks for words anywhere, in either case."""
    page.locator("[data-autosave-status]", has_text=re.compile(r"^\s*Saved \d")).wait_for()
