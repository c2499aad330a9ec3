"""One document of many tagged parts, with one structure tree.

Every usual way to join PDFs (pypdf, `pages.extend`, `qpdf --pages`, pdfunite) drops the tags without a word. Here the
pages come over first; then each part's whole structure tree is copied in one go, and its references to pages and
annotations resolve to the copies. What is left is arithmetic: the keys of the parent tree are shifted so that parts
do not meet, and each part's elements hang below the one /Document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

INTERNAL = "internal:"


@dataclass
class Bookmark:
    """A line of the outline: words, the page it leads to (from 0), and what lies below."""

    title: str
    page: int
    children: list["Bookmark"] = field(default_factory=list)


def page_count(path: Path) -> int:
    """How many pages a part has."""
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def join(
    parts: Sequence[Path],
    *,
    title: str,
    author: str,
    language: str,
    made_at: datetime,
    links: Mapping[str, tuple[int, str]],
    bookmarks: Sequence[Bookmark],
) -> Pdf:
    """Join the parts. `links` says to which page (from 0), called what, `internal:NAME` leads."""
    target = Pdf.new()
    target.Root.Lang = String(language)
    target.Root.MarkInfo = Dictionary(Marked=True)
    target.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root = target.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = target.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    elements: list[pikepdf.Object] = []
    numbers: list[tuple[int, pikepdf.Object]] = []
    shift = 0
    for path in parts:
        with pikepdf.open(path) as source:
            shift = _append(target, source, document, elements, numbers, shift)
    document.K = Array(elements)
    root.K = document
    numbers.sort(key=lambda pair: pair[0])
    root.ParentTree = target.make_indirect(Dictionary(Nums=Array([item for pair in numbers for item in pair])))
    root.ParentTreeNextKey = shift
    target.Root.StructTreeRoot = root
    _resolve_links(target, links)
    _describe(target, title, author, language, made_at)
    with target.open_outline() as outline:
        outline.root.extend(_item(bookmark) for bookmark in bookmarks)
    target.Root.PageMode = Name.UseOutlines
    return target


def _append(
    target: Pdf,
    source: Pdf,
    document: pikepdf.Object,
    elements: list[pikepdf.Object],
    numbers: list[tuple[int, pikepdf.Object]],
    shift: int,
) -> int:
    """Bring one part over; returns the first free key of the parent tree."""
    for page in source.pages:
        if "/StructParents" in page.obj:
            page.obj.StructParents = int(page.obj.StructParents) + shift
        for annotation in page.obj.get("/Annots", Array()):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + shift
    tree = source.Root.StructTreeRoot
    for page in source.pages:
        target.pages.append(page)
    copied = target.copy_foreign(tree)
    top = copied.K if isinstance(copied.K, Array) else [copied.K]
    for part in top:
        kids = part.K if isinstance(part.K, Array) else [part.K]
        for kid in kids:
            if isinstance(kid, Dictionary):
                kid.P = document
            elements.append(kid)
    highest = shift - 1
    for key, value in _pairs(copied.ParentTree):
        numbers.append((key + shift, value))
        highest = max(highest, key + shift)
    return highest + 1


def _pairs(node: pikepdf.Object) -> list[tuple[int, pikepdf.Object]]:
    """A number tree, flat."""
    flat = node.get("/Nums", Array())
    found = [(int(flat[index]), flat[index + 1]) for index in range(0, len(flat), 2)]
    for kid in node.get("/Kids", Array()):
        found.extend(_pairs(kid))
    return found


def _resolve_links(target: Pdf, links: Mapping[str, tuple[int, str]]) -> None:
    pages = [page.obj for page in target.pages]
    for page in pages:
        for annotation in page.get("/Annots", Array()):
            action = annotation.get("/A")
            address = str(action.get("/URI", "")) if isinstance(action, Dictionary) else ""
            if not address.startswith(INTERNAL):
                continue
            name = address.removeprefix(INTERNAL)
            del annotation["/A"]
            number, words = links.get(name, (0, name))
            annotation.Contents = String(words)
            if name in links:
                to = pages[number]
                annotation.Dest = Array([to, Name.XYZ, None, to.MediaBox[3], None])


def _describe(target: Pdf, title: str, author: str, language: str, made_at: datetime) -> None:
    with target.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata.register_xml_namespace("http://www.aiim.org/pdfua/ns/id/", "pdfuaid")
        metadata["dc:title"] = title
        metadata["dc:creator"] = [author]
        metadata["dc:language"] = {language}
        metadata["xmp:CreateDate"] = made_at.isoformat(timespec="seconds")
        metadata["pdfuaid:part"] = "1"
    target.docinfo["/Title"] = title
    target.docinfo["/Author"] = author
    target.docinfo["/CreationDate"] = made_at.strftime("D:%Y%m%d%H%M%S") + "Z"


def _item(bookmark: Bookmark) -> OutlineItem:
    item = OutlineItem(bookmark.title, bookmark.page, "XYZ")
    item.children.extend(_item(child) for child in bookmark.children)
    return item
