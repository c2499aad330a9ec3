"""From a snapshot to a PDF: parts as HTML, laid out where they changed, joined with their tags, numbered.

Everything on the paper comes from the snapshot and the one it is compared with, so that a stored run can be made again.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from pikepdf import ObjectStreamMode

from core.fonts import PRINT_FACES, font_folder
from core.pdf.join import Bookmark, join, page_count
from core.pdf.layout import Part, lay_out
from core.pdf.stamp import Marks, stamp
from reporting import wording
from reporting.formulas.changes import Changes
from reporting.formulas.snapshot import Snapshot
from reporting.pdf.risks import risks
from reporting.pdf.sheets import gaps, last_title, sheet_page, table, tighter
from reporting.pdf.summary import summary

# How many changes, decisions and red projects page 1 shows: the first three with which it is one page.
SUMMARY_FITS = ((9, 8, 8), (6, 6, 5), (4, 4, 3), (3, 2, 0))
ENTRIES_A_PAGE = 54


@dataclass(frozen=True)
class Rendered:
    """A finished report."""

    content: bytes
    pages: int
    sha256: str


@dataclass(frozen=True)
class Section:
    """A part, what the contents call it, and the name that links lead to."""

    name: str
    title: str
    html: str
    level: int = 1
    listed: bool = True
    shorter: tuple[str, ...] = ()

    @property
    def part(self) -> Part:
        """As the engine takes it."""
        return Part(self.title, self.html, self.shorter)


def render(snapshot: Snapshot, changed: Changes, *, seconds: int = 60, memory: int = 2**31) -> Rendered:
    """Make the PDF. Raises `core.pdf.layout.LayoutError` when a part cannot be laid out."""
    with translation.override(snapshot.language):
        sections: list[Section] = []

        def made() -> Iterator[Part]:
            for section in _sections(snapshot, changed):
                sections.append(section)
                yield section.part

        paths = lay_out(made(), seconds=seconds, memory=memory)
        counts = [page_count(path) for path in paths]
        if len(sections) > 4:
            at = 1 if sections[0].name == "summary" else 0
            contents, path, pages = _contents(snapshot, sections, counts)
            sections.insert(at, contents)
            paths.insert(at, path)
            counts.insert(at, pages)
        starts = [sum(counts[:index]) for index in range(len(counts))]
        total = sum(counts)
        pdf = join(
            paths,
            title=f"{snapshot.title}, {snapshot.period}",
            author=snapshot.organisation,
            language=snapshot.language,
            made_at=snapshot.made_at.astimezone(UTC),
            links={section.name: (start, section.title) for section, start in zip(sections, starts, strict=True)},
            bookmarks=_bookmarks(sections, starts),
        )
        marks = [_marks(snapshot, number, total, first=number == 1) for number in range(1, total + 1)]
        stamp(pdf, marks, font=font_folder() / PRINT_FACES[400, "normal"])
        buffer = io.BytesIO()
        pdf.save(buffer, deterministic_id=True, min_version="1.7", object_stream_mode=ObjectStreamMode.generate)
        pdf.close()
    content = buffer.getvalue()
    return Rendered(content, total, hashlib.sha256(content).hexdigest())


def file_name(snapshot: Snapshot) -> str:
    """What the reader's system calls the file."""
    return f"{snapshot.title} {snapshot.as_at.isoformat()}.pdf"


def compose(snapshot: Snapshot, changed: Changes) -> list[Section]:
    """The parts in order, but for the contents, which need the page numbers of the others."""
    with translation.override(snapshot.language):
        return list(_sections(snapshot, changed))


def _sections(snapshot: Snapshot, changed: Changes) -> Iterator[Section]:
    is_pack = snapshot.report == "pack"
    common = {"document_title": snapshot.title, "paper": snapshot.paper}
    if is_pack or not snapshot.sheets:
        first, *shorter = (summary(snapshot, changed, *fit) for fit in SUMMARY_FITS)
        yield Section("summary", _("Summary"), first, listed=False, shorter=tuple(shorter))
    if is_pack and snapshot.sheets:
        yield Section("portfolio", _("The portfolio"), table(snapshot, common))
    for sheet in snapshot.sheets:
        page = sheet_page(sheet, snapshot, common)
        yield Section(sheet.reference, sheet.title, page, level=2 if is_pack else 1, shorter=(tighter(page),))
    if is_pack and snapshot.registers:
        yield Section("risks", _("Risks and changes"), risks(snapshot, common))
    if is_pack and snapshot.sheets:
        yield Section("gaps", last_title(snapshot), gaps(snapshot, common))


def _contents(snapshot: Snapshot, sections: Sequence[Section], counts: Sequence[int]) -> tuple[Section, Any, int]:
    """The contents, whose own length moves the numbers in it: guessed, and laid out again where the guess was wrong."""
    listed = [index for index, section in enumerate(sections) if section.listed]
    pages = -(-len(listed) // ENTRIES_A_PAGE)
    for _attempt in range(3):
        entries = [
            {
                "name": sections[index].name,
                "title": sections[index].title,
                "level": sections[index].level,
                "page": sum(counts[:index]) + pages + 1,
            }
            for index in listed
        ]
        html = render_to_string(
            "reports/contents.html", {"entries": entries, "document_title": snapshot.title, "paper": snapshot.paper}
        )
        (path,) = lay_out([Part(_("Contents"), html)])
        found = page_count(path)
        if found == pages:
            break
        pages = found
    return Section("contents", _("Contents"), html, listed=False), path, pages


def _bookmarks(sections: Sequence[Section], starts: Sequence[int]) -> list[Bookmark]:
    """The outline: parts, with the projects below one line."""
    found: list[Bookmark] = []
    for section, start in zip(sections, starts, strict=True):
        if section.level == 1:
            found.append(Bookmark(section.title, start))
        else:
            if not found or found[-1].title != _("Projects"):
                found.append(Bookmark(_("Projects"), start))
            found[-1].children.append(Bookmark(section.title, start))
    return found


def _marks(snapshot: Snapshot, number: int, total: int, *, first: bool) -> Marks:
    footer = _("%(organisation)s · as at %(day)s") % {
        "organisation": snapshot.organisation,
        "day": wording.day(snapshot.as_at),
    }
    page = _("Page %(number)s of %(total)s") % {"number": number, "total": total}
    if first:
        return Marks(bottom_left=footer, bottom_right=page)
    return Marks(f"{snapshot.title} · {snapshot.period}", snapshot.classification, footer, page)
