"""A real browser against a real server in this process: `page_of(person)` is a signed-in page that tolerates no error."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis  # noqa: F401 - pytest imports it when a test fails, which beside Playwright's greenlets ends CPython 3.11's parser
import pytest
from django.conf import settings
from django.test import Client

from tests.browser.waits import PATIENCE

# The browser's own loop runs in this thread; the ORM is used by the test beside it, not inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The installed browser."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def page_of(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """`page_of(person, width=1440)`: a page signed in as that person, or not signed in for None. Console errors and
    requests elsewhere fail the test."""
    contexts, troubles = [], []

    def open_page(person: Any, *, width: int = 1440, **options: Any) -> Any:
        context = chromium.new_context(base_url=live_server.url, viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            key = client.cookies["sessionid"].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.append(request.url) if elsewhere(request.url, live_server.url) else None)
        return page

    open_page.troubles = troubles  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        context.close()
    assert not troubles


def elsewhere(address: str, home: str) -> bool:
    """Whether a request leaves our server. The browser's own viewer of PDFs is an extension."""
    return not address.startswith((home, "data:", "blob:", "about:", "chrome-extension:", "chrome:"))
