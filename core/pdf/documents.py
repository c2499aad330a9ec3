"""One document of one piece: a letter, a charter, the record of a decision."""

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime

from pikepdf import ObjectStreamMode

from core.fonts import PRINT_FACES, font_folder
from core.pdf.join import join, page_count
from core.pdf.layout import Part, lay_out
from core.pdf.stamp import Marks, stamp


@dataclass(frozen=True)
class Document:
    """A finished document."""

    content: bytes
    pages: int
    sha256: str


def make_document(
    html: str, *, title: str, organisation: str, language: str, made_at: datetime, foot: str, page_words: str
) -> Document:
    """The tagged PDF of a whole HTML document (templates/base_print.html). `foot` stands left below every page,
    `page_words` right, with %(number)s and %(total)s. Raises `core.pdf.layout.LayoutError` when it cannot be laid out."""
    (path,) = lay_out([Part(title, html)])
    pages = page_count(path)
    pdf = join(
        [path], title=title, author=organisation, language=language, made_at=made_at.astimezone(UTC), links={}, bookmarks=[]
    )
    marks = [
        Marks(bottom_left=foot, bottom_right=page_words % {"number": number, "total": pages}) for number in range(1, pages + 1)
    ]
    stamp(pdf, marks, font=font_folder() / PRINT_FACES[400, "normal"])
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id=True, min_version="1.7", object_stream_mode=ObjectStreamMode.generate)
    pdf.close()
    content = buffer.getvalue()
    return Document(content, pages, hashlib.sha256(content).hexdigest())
