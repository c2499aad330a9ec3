"""Fixtures of every test: the cast. Servers, mail and workers come from tests/servers.py (a plugin, see pyproject.toml)."""

import pytest
from hypothesis import settings as hypothesis_settings

pytest_plugins = ["tests.cast"]


# How long an example takes says more about the machine than about the code: speed has tests of its own.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.register_profile("long", deadline=None, max_examples=10_000)  # --hypothesis-profile=long
hypothesis_settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Static files straight from their folders: no test needs `collectstatic`."""
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    from core.catalogues import compile_catalogues

    compile_catalogues()
