"""One document of one piece: a letter, a charter, the record of a decision."""

import hashlib
from dataclasses import dataclass

from core.pdf.join import page_count
from core.pdf.layout import Part, lay_out


@dataclass(frozen=True)
class Document:
    """A finished document."""

    content: bytes
    pages: int
    sha256: str


def make_document(html: str, *, label: str) -> Document:
    """The tagged PDF of a whole HTML document (templates/base_print.html, which numbers its pages itself).

    `label` is what a person calls it. Raises `core.pdf.layout.LayoutError` when it cannot be laid out.
    """
    (path,) = lay_out([Part(label, html)])
    content = path.read_bytes()
    return Document(content, page_count(path), hashlib.sha256(content).hexdigest())
