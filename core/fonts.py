"""Inter, cut to what the product needs. The repository holds no font: fontpkg-inter brings it at install.

Screens get one variable WOFF2 of some 50 KB (weights 400-700), served as `fonts/inter.woff2` by
`FontFinder`; paper gets fixed weights as TTF, because PDF text from a variable font loses its weight.
Both are written once into DATA_DIR/fonts (a quarter of a minute) and again when the package or this file changes: those for
screens when static files are collected, those for paper when a worker starts (pmo/celery.py), at the latest in the first report.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

WEB_FONT = "inter.woff2"
PRINT_FACES = {(400, "normal"): "inter-400.ttf", (600, "normal"): "inter-600.ttf", (400, "italic"): "inter-400-italic.ttf"}

_LATIN = (
    "U+0020-007E,U+00A0-017F,U+0192,U+0218-021B,U+02C6,U+02DA,U+02DC,U+1E80-1E85,U+1E9E,U+2010-2015,U+2018-201E,U+2020-2022,"
    "U+2026,U+202F,U+2030,U+2032,U+2033,U+2039,U+203A,U+2044,U+2070-2079,U+2080-2089,U+20A0-20BF,U+2122,U+2190-2199,U+2212,"
    "U+2248,U+2260,U+2264,U+2265,U+25A0,U+25B2,U+25B6,U+25B8,U+25BC,U+25BE,U+25CF,U+2713,U+2717"
)
# Names of people and places in the rest of Europe must not fall back in a report.
_EUROPEAN = f"{_LATIN},U+0180-024F,U+0370-03FF,U+0400-04FF,U+1E00-1EFF"
_FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum", "case", "cv05", "ss03"]


def font_folder() -> Path:
    """Where the cut fonts lie."""
    return Path(settings.DATA_DIR) / "fonts"


def _source(style: str) -> Path:
    import fontpkg_inter

    return Path(fontpkg_inter.ROOT) / "files" / ("Inter-Italic[opsz,wght].ttf" if style == "italic" else "Inter[opsz,wght].ttf")


def _cut(source: Path, unicodes: str, weight: int | tuple[int, int]) -> Any:
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    options = subset.Options()
    options.layout_features = _FEATURES
    options.notdef_outline = True
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(unicodes))
    subsetter.subset(font)
    return instancer.instantiateVariableFont(font, {"opsz": 14, "wght": weight})


def _write(font: Any, target: Path) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    with os.fdopen(handle, "wb") as file:
        font.save(file)
    Path(name).chmod(0o644)
    Path(name).replace(target)


def _stamp() -> str:
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    return f"{version('fontpkg-inter')} {own}"


def _ensure(name: str) -> Path:
    """The path of one cut font, written if it is missing or was cut by another version."""
    target = font_folder() / name
    if _is_fresh(target):
        return target
    with _cutting(target):
        if not _is_fresh(target):  # another process may have been quicker
            _write(_made(name), target)
            _stamp_of(target).write_text(_stamp())
    return target


def _stamp_of(target: Path) -> Path:
    return target.with_suffix(target.suffix + ".stamp")


def _is_fresh(target: Path) -> bool:
    stamp = _stamp_of(target)
    return target.exists() and stamp.exists() and stamp.read_text() == _stamp()


@contextmanager
def _cutting(target: Path) -> Iterator[None]:
    """One process cuts a face, the others wait for it; the kernel lets go when it dies."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _made(name: str) -> Any:
    if name == WEB_FONT:
        font = _cut(_source("normal"), _LATIN, (400, 700))
        font.flavor = "woff2"
        return font
    weight, style = next(face for face, file in PRINT_FACES.items() if file == name)
    return _cut(_source(style), _EUROPEAN, weight)


def web_font() -> Path:
    """The WOFF2 for screens."""
    return _ensure(WEB_FONT)


def print_faces() -> list[tuple[int, str, Path]]:
    """(weight, style, path of the TTF) for paper. The first call takes a quarter of a minute: call it in a worker."""
    return [(weight, style, _ensure(name)) for (weight, style), name in PRINT_FACES.items()]


def print_face_css() -> str:
    """@font-face rules with file addresses, for WeasyPrint only; give them a style sheet of its own that may read files."""
    return "\n".join(
        f'@font-face {{ font-family: "Inter"; font-weight: {weight}; font-style: {style}; src: url("{path.as_uri()}"); }}'
        for weight, style, path in print_faces()
    )


class FontFinder(BaseFinder):
    """Gives `fonts/inter.woff2` to collectstatic and to the development server."""

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The cut font's path for its one static name."""
        found = str(web_font()) if path == f"fonts/{WEB_FONT}" else None
        if find_all:
            return [found] if found else []
        return found or []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """The one file, as collectstatic wants it."""
        storage = FileSystemStorage(location=web_font().parent)
        storage.prefix = "fonts"  # type: ignore[attr-defined]
        yield WEB_FONT, storage
