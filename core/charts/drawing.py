"""The pen: builds SVG text, escapes every word, names colours by class with a fallback for paper.

On screen the classes of static/css/components.css win over the presentation attributes, so that one
drawing lives in both themes; WeasyPrint does not apply the page's style sheets inside an SVG and
draws the attributes. No gradients (WeasyPrint leaves objectBoundingBox ones blank), no style attributes (CSP).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from html import escape
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

FONT = "Inter, DejaVu Sans, sans-serif"
TONES = ("red", "amber", "green", "blue", "grey")
# Class -> (attribute, colour on white paper). The same values as the light theme's tokens.
PAPER = {
    "c-text": ("fill", "#1a1b1f"),
    "c-text2": ("fill", "#484c55"),
    "c-text3": ("fill", "#616671"),
    "c-line": ("stroke", "#e4e5e9"),
    "c-axis": ("stroke", "#868b96"),
    "c-text-line": ("stroke", "#1a1b1f"),
    "c-over": ("pointer-events", "none"),
    "c-accent": ("fill", "#4f53c9"),
    "c-accent-line": ("stroke", "#4a4ec4"),
    "c-neutral": ("fill", "#e5e6ea"),
    "c-neutral-line": ("stroke", "#868b96"),
    "c-surface": ("fill", "#ffffff"),
    "c-red": ("fill", "#c92a2a"),
    "c-amber": ("fill", "#c97a06"),
    "c-green": ("fill", "#1b7f4d"),
    "c-blue": ("fill", "#1666be"),
    "c-grey": ("fill", "#6b717d"),
    "c-red-line": ("stroke", "#c92a2a"),
    "c-amber-line": ("stroke", "#c97a06"),
    "c-green-line": ("stroke", "#1b7f4d"),
    "c-blue-line": ("stroke", "#1666be"),
    "c-grey-line": ("stroke", "#6b717d"),
    "c-on-red": ("fill", "#ffffff"),
    "c-on-amber": ("fill", "#1f1200"),
    "c-on-green": ("fill", "#ffffff"),
    "c-on-blue": ("fill", "#ffffff"),
    "c-on-grey": ("fill", "#ffffff"),
    "c-on-accent": ("fill", "#ffffff"),
    "c-red-text": ("fill", "#a01c1c"),
    "c-amber-text": ("fill", "#7c4a03"),
    "c-green-text": ("fill", "#12613a"),
    "c-blue-text": ("fill", "#124d91"),
    "c-grey-text": ("fill", "#464b55"),
}
_NARROW = set("iljtfrI1.,:;'|!()[] ")
_WIDE = set("mwMW@%&✓")


@dataclass(frozen=True)
class Chart:
    """A drawing and its table twin. `heads` are dicts with label and kind ("num" or ""), `rows` lists of cells:
    text, or safe HTML such as a link."""

    title: str
    subtitle: str
    svg: SafeString
    heads: list[dict[str, str]]
    rows: list[list[str]]
    newest_right: bool = False  # on a narrow screen the region starts scrolled to the end

    def __hash__(self) -> int:
        return hash((self.title, self.subtitle, self.svg))

    @cached_property
    def on_screen(self) -> SafeString:
        """The drawing without colours and typeface, which are for paper: on screen the style sheet says them, and the subtitle
        stands above."""
        return mark_safe(_USUAL.sub(r"\1", _MIDDLE.sub(r"\1 c-mid\2", _PAINT.sub("", self.svg))))

    @cached_property
    def twin(self) -> SafeString:
        """The table twin as HTML, as templates/components/table.html draws tables (a template costs ten times as much)."""
        look = [f" class={escape(head['kind'])}" if head["kind"] else "" for head in self.heads]
        title = escape(self.title)
        heads = "".join(f"<th scope=col{kind}>{escape(head['label'])}" for head, kind in zip(self.heads, look, strict=True))
        rows = "".join(
            f"<tr><th scope=row>{conditional_escape(row[0])}"
            + "".join(f"<td{kind}>{conditional_escape(cell)}" for cell, kind in zip(row[1:], look[1:], strict=True))
            for row in self.rows
        )
        return mark_safe(
            f'<div class="table-region" role="region" aria-label="{title}" tabindex="0"><table class="table">'
            f"<thead><tr>{heads}<tbody>{rows}</table></div>"
        )


_PAINT = re.compile(r' (?:(?:fill|stroke)="#[0-9a-f]{6}"|pointer-events="none"|(?:xmlns|font-family)="[^"]*")|<desc>.*?</desc>')
_USUAL = re.compile(r'(<text[^>]*) font-size="12"')
_MIDDLE = re.compile(r'(<text class="[^"]*)("[^>]*) text-anchor="middle" font-weight="600"')


def head(label: Any, kind: str = "") -> dict[str, str]:
    """A column head of the table twin."""
    return {"label": str(label), "kind": kind}


@lru_cache(maxsize=4096)
def number(value: float | Decimal) -> str:
    """A coordinate: at most one decimal, no exponent."""
    text = f"{float(value):.1f}"
    return text.removesuffix(".0")


def clean(words: Any) -> str:
    """Words without control characters, which no XML may hold."""
    words = str(words)
    if words.isprintable():  # most are
        return words
    return "".join(char for char in words if char in "\t\n" or unicodedata.category(char) not in ("Cc", "Cs", "Cn"))


@lru_cache(maxsize=256)
def _paint(classes: str) -> dict[str, str]:
    return {"class": classes} | dict(PAPER[name] for name in classes.split())


def width_of(words: str, size: float) -> float:
    """About how wide Inter draws the words at this size; errs on the wide side."""
    return sum([_ems(char) for char in words]) * size


@lru_cache(maxsize=4096)
def _ems(char: str) -> float:
    """About how wide one letter is."""
    return 0.32 if char in _NARROW else 0.92 if char in _WIDE else 0.68 if char.isupper() else 0.58


def shorten(words: str, size: float, room: float) -> str:
    """The words, cut with an ellipsis where they would leave their room."""
    words = clean(words)
    if width_of(words, size) <= room:
        return words
    wide, fits = _ems("…") * size, 0
    for fits, char in enumerate(words):  # noqa: B007 - it is read below
        wide += _ems(char) * size
        if wide > room:
            break
    return f"{words[:fits].rstrip()}…"


@dataclass
class Drawing:
    """Collects shapes; `svg()` gives the text. All sizes in pixels of the viewBox."""

    width: float
    height: float
    title: str
    description: str = ""
    parts: list[str] = field(default_factory=list)

    def _add(self, tag: str, classes: str, attributes: dict[str, Any], content: str | None = None) -> None:
        merged = {**_paint(classes), **attributes} if classes else attributes
        text = "".join(
            f' {key.replace("_", "-")}="{number(value) if isinstance(value, (int, float, Decimal)) else escape(clean(value))}"'
            for key, value in merged.items()
            if value is not None
        )
        self.parts.append(f"<{tag}{text}/>" if content is None else f"<{tag}{text}>{content}</{tag}>")

    @staticmethod
    def _hint(hint: str) -> str | None:
        return f"<title>{escape(clean(hint))}</title>" if hint else None

    def rect(
        self, x: float, y: float, w: float, h: float, classes: str, *, radius: float = 0, hint: str = "", **more: Any
    ) -> None:
        """A box; `hint` is shown on hover."""
        self._add(
            "rect",
            classes,
            {"x": x, "y": y, "width": max(w, 0), "height": max(h, 0), "rx": radius or None, **more},
            self._hint(hint),
        )

    def circle(self, x: float, y: float, r: float, classes: str, *, hint: str = "", **more: Any) -> None:
        """A disc."""
        self._add("circle", classes, {"cx": x, "cy": y, "r": r, **more}, self._hint(hint))

    def line(
        self, x1: float, y1: float, x2: float, y2: float, classes: str, *, width: float = 1, dash: str | None = None
    ) -> None:
        """A straight line."""
        self._add("line", classes, {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke-width": width, "stroke-dasharray": dash})

    def path(
        self, points: Sequence[tuple[float, float]], classes: str, *, width: float = 2, close: bool = False, **more: Any
    ) -> None:
        """A line through points, or a filled shape when closed."""
        d = "M" + " L".join(f"{number(x)} {number(y)}" for x, y in points) + (" Z" if close else "")
        paint: dict[str, Any] = (
            {} if close else {"fill": "none", "stroke-width": width, "stroke-linejoin": "round", "stroke-linecap": "round"}
        )
        self._add("path", classes, {"d": d, **paint, **more})

    def path_of(self, d: str, classes: str, **more: Any) -> None:
        """A shape of path commands, which the caller made of numbers."""
        self._add("path", classes, {"d": d, **more})

    def text_at(
        self, places: Sequence[tuple[float, float]], letter: str, classes: str, *, size: float = 12, bold: bool = False
    ) -> None:
        """One letter at many places: (x of its start, y of its base line)."""
        paint = {
            "x": " ".join(number(x) for x, _y in places),
            "y": " ".join(number(y) for _x, y in places),
            "font-size": size,
            "font-weight": "600" if bold else None,
        }
        self._add("text", classes, paint, escape(clean(letter)) * len(places))

    def text(
        self,
        x: float,
        y: float,
        words: Any,
        classes: str = "c-text",
        *,
        size: float = 12,
        anchor: str | None = None,
        bold: bool = False,
        hint: str = "",
        **more: Any,
    ) -> None:
        """Words; `anchor` is middle or end."""
        content = escape(clean(words)) + (self._hint(hint) or "")
        self._add(
            "text",
            classes,
            {"x": x, "y": y, "font-size": size, "text-anchor": anchor, "font-weight": "600" if bold else None, **more},
            content,
        )

    @contextmanager
    def link(self, url: str, name: str, *, hover: bool = False) -> Iterator[None]:
        """What is drawn within is a link; with an empty address it is not. With `hover` the name is shown, too, when somebody
        points at it; without a name the link is called by its words. A drawing with links is a group, not an image."""
        start = len(self.parts)
        yield
        if url or hover:
            inside, said = "".join(self.parts[start:]), escape(clean(name))
            tag = f'a href="{escape(url)}"' if url else "g"
            head = f"<{tag}><title>{said}</title>" if hover else f'<{tag} aria-label="{said}">' if said else f"<{tag}>"
            self.parts[start:] = [f"{head}{inside}</{tag[0]}>"]

    def svg(self, extra_class: str = "", role: str = "img") -> SafeString:
        """The whole drawing. Everything in it has been escaped above. `role` is "group" where it holds links."""
        described = f"<desc>{escape(clean(self.description))}</desc>" if self.description else ""
        size = f'viewBox="0 0 {number(self.width)} {number(self.height)}" width="{number(self.width)}" height="{number(self.height)}"'
        return mark_safe(
            f'<svg xmlns="http://www.w3.org/2000/svg" class="c{extra_class}" role="{role}" {size} font-family="{FONT}" font-size="12">'
            f"<title>{escape(clean(self.title))}</title>{described}{''.join(self.parts)}</svg>"
        )


def nice_steps(top: float, about: int = 4) -> list[float]:
    """Round axis values from zero to at least `top`, about that many steps. `top` <= 0 gives 0 and 1."""
    if top <= 0:
        return [0, 1]
    raw = top / about
    power = 10 ** (len(str(int(raw))) - 1) if raw >= 1 else 1
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    steps = [0.0]
    while steps[-1] < top:
        steps.append(steps[-1] + step)
    return steps


def side_by_side(places: Sequence[Hashable]) -> list[float]:
    """How far aside each mark stands, in marks: those of one place stand around its middle, in their order."""
    here: dict[Hashable, int] = {}
    asides = []
    for place in places:
        beside = here.get(place, 0)
        here[place] = beside + 1
        asides.append(beside - (places.count(place) - 1) / 2)
    return asides
