"""Icons of the lucide package, drawn for our style sheet: one by one, or several as one file."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from zipfile import ZipFile

from lucide import IconDoesNotExist

SHEET = "icons.svg"
"""The static name of the file that holds the navigation's icons (pmo/icons.py)."""


@cache
def _archive() -> ZipFile:
    """Lucide's icons. The package itself reads the list of all 1,700 anew for each: 20 ms an icon."""
    return ZipFile(str(files("lucide") / "lucide.zip"))


@lru_cache(maxsize=512)
def drawing_of(name: str) -> str:
    """One icon as SVG. Raises for a name that lucide does not know."""
    try:
        svg = _archive().read(f"{name}.svg").decode()
    except KeyError:
        raise IconDoesNotExist(f"The icon {name!r} does not exist.") from None
    # Our class draws and sizes it (static/css/base.css); it supports a word and is never read out on its own.
    svg = re.sub(r"<svg[^>]*>", '<svg class=icon viewBox="0 0 24 24" aria-hidden=true>', svg, count=1)
    svg = re.sub(r"\s*\n\s*", "", svg).replace(" />", "/>")
    # Lines that follow each other, from a place of their own each, are one path: a page has fifty icons.
    while (joined := re.sub(r'(<path d="[^"]+)"/><path d="M', r"\1M", svg)) != svg:
        svg = joined
    return svg


def sheet_of(names: Sequence[str]) -> str:
    """These icons as the symbols of one SVG file."""
    drawn = [drawing_of(name).partition(">")[2].removesuffix("</svg>") for name in names]
    symbols = [f'<symbol id="{name}" viewBox="0 0 24 24">{symbol}</symbol>' for name, symbol in zip(names, drawn, strict=True)]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'
