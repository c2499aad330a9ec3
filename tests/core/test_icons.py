"""The sheet of icons: the navigation points into it, and everything that it points to is there."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders

from core.icons import SHEET
from tests.cast import Cast


def test_navigation_points_to_icons_that_are_there(cast: Cast, signed_in) -> None:  # type: ignore[no-untyped-def]
    page = signed_in(cast.administrator).get("/").content.decode()
    wanted = set(re.findall(r'<use href="[^"#]*icons[^"#]*\.svg#([a-z0-9-]+)"', page))
    found = finders.find(SHEET)
    assert isinstance(found, str)
    symbols = set(re.findall(r'<symbol id="([^"]+)"', Path(found).read_text()))
    assert len(wanted) > 20
    assert wanted <= symbols
