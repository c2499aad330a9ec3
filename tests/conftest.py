"""Fixtures of every test: the cast, the print fonts. Servers, mail and workers come from tests/servers.py (a plugin, see
pyproject.toml)."""

import gc
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.servers import CACHE

pytest_plugins = ["tests.cast"]


# How long an example takes says more about the machine than about the code: speed has tests of its own.
# The same examples on every run, so that a build never fails for what it did not change; --hypothesis-profile=long seeks new ones.
PATIENT: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("house", derandomize=True, **PATIENT)
hypothesis_settings.register_profile("long", max_examples=10_000, derandomize=False, **PATIENT)
hypothesis_settings.load_profile("house")
# Half a million objects of modules live as long as the run: looking for rubbish among them took a fifteenth of it.
gc.set_threshold(50_000, 20, 20)
SLOW = 80  # usual tests take as long as a slow one


def pytest_configure(config: pytest.Config) -> None:
    """Static files straight from their folders: no test needs `collectstatic`."""
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    from core.catalogues import compile_catalogues

    compile_catalogues()
    sign_in_quickly()


def sign_in_quickly() -> None:
    """`force_login` writes a session and nothing else. Django's goes the whole way of a sign-in (attempts forgotten, last seen), a
    tenth of a usual test; tests of signing in use the page."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.test import Client

    engine = import_module(settings.SESSION_ENGINE)

    def force_login(client: Client, user: Any, backend: str = "django.contrib.auth.backends.ModelBackend") -> None:
        session = engine.SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = backend
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    Client.force_login = force_login  # type: ignore[method-assign]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Several processes: the files that take longest come first, so that they end together (with --no-loadscope-reorder)."""
    if not hasattr(config, "workerinput"):
        return
    cost: Counter[Path] = Counter()
    for item in items:
        cost[item.path] += SLOW if item.get_closest_marker("slow") else 1
    items.sort(key=lambda item: -cost[item.path])


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def numbers(request: pytest.FixtureRequest) -> None:
    """A test's made-up names and addresses carry the same numbers on every run, whatever ran before it in this process."""
    from tests import factories

    factories.number_from(100_000 + crc32(request.node.nodeid.encode()) % 800_000)


@pytest.fixture(autouse=True, scope="session")
def fonts() -> Iterator[None]:
    """The print fonts, which take a quarter of a minute to cut: a folder shared by all runs on this machine; `core.fonts` cuts
    anew what is out of date."""
    from django.conf import settings

    shared, own = CACHE / "fonts", Path(settings.DATA_DIR) / "fonts"
    shared.mkdir(parents=True, exist_ok=True)
    own.parent.mkdir(parents=True, exist_ok=True)
    if not own.exists():
        own.symlink_to(shared)
    yield
    if "core.pdf.layout" in sys.modules:
        sys.modules["core.pdf.layout"].stop_children()
