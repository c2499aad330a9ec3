"""Reports need the print fonts, which take half a minute to cut: kept between test runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.servers import CACHE


@pytest.fixture(autouse=True, scope="session")
def fonts() -> Iterator[None]:
    """The folder of cut fonts, shared by all runs on this machine; `core.fonts` cuts anew what is out of date."""
    shared, own = CACHE / "fonts", Path(settings.DATA_DIR) / "fonts"
    shared.mkdir(parents=True, exist_ok=True)
    own.parent.mkdir(parents=True, exist_ok=True)
    if not own.exists():
        own.symlink_to(shared)
    yield
    from core.pdf.layout import stop_children

    stop_children()
