"""Is it PDF/UA? What can be seen in the structure (Matterhorn's machine checks), without the outer tools."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name


@dataclass
class Findings:
    """`problems` are sentences; `elements` counts structure elements by kind."""

    pages: int = 0
    elements: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def check(path: Path | Any) -> Findings:
    """What is wrong with a PDF that claims to be tagged; no problems for one that is in order."""
    with pikepdf.open(path) as pdf:
        found = Findings(pages=len(pdf.pages))
        _document(pdf, found)
        if "/StructTreeRoot" in pdf.Root:
            headings = _structure(pdf, found)
            _headings(pdf, found, headings)
            _pages(pdf, found)
        return found


def _document(pdf: pikepdf.Pdf, found: Findings) -> None:
    root: Any = pdf.Root
    checks = [
        (bool(root.get("/MarkInfo", Dictionary()).get("/Marked", False)), "The document is not marked as tagged."),
        (bool(str(root.get("/Lang", ""))), "The document has no language."),
        (bool(root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False)), "The title is not shown."),
        (bool(str(pdf.docinfo.get("/Title", ""))), "The document has no title."),
        ("/StructTreeRoot" in root, "There is no structure tree."),
        ("/EmbeddedFiles" not in root.get("/Names", Dictionary()), "Files are attached."),
        ("/OpenAction" not in root and "/AA" not in root, "The document does something when it is opened."),
        ("/JavaScript" not in root.get("/Names", Dictionary()), "There is a script."),
    ]
    found.problems += [sentence for fine, sentence in checks if not fine]
    with pdf.open_metadata() as metadata:
        if metadata.get("pdfuaid:part") != "1":
            found.problems.append("The metadata do not claim PDF/UA-1.")
        if not metadata.get("dc:title"):
            found.problems.append("The metadata have no title.")


def _structure(pdf: pikepdf.Pdf, found: Findings) -> list[tuple[str, Any]]:
    """Walk the tree once; returns the headings in order with their pages."""
    headings: list[tuple[str, Any]] = []
    ids: Counter[str] = Counter()
    stack: list[tuple[Any, Any]] = [(pdf.Root.StructTreeRoot.K, pdf.Root.StructTreeRoot)]
    while stack:
        node, parent = stack.pop()
        if isinstance(node, Array):
            stack.extend((child, parent) for child in reversed(list(node)))
            continue
        if not isinstance(node, Dictionary) or "/S" not in node:
            continue
        kind = str(node.S)[1:]
        found.elements[kind] += 1
        if node.get("/P") is None or node.P.objgen != parent.objgen:
            found.problems.append(f"A {kind} does not know its parent.")
        if "/Pg" in node and node.Pg.get("/Type") != Name.Page:
            found.problems.append(f"A {kind} points to a page that is none.")
        attributes = node.get("/A", Dictionary())
        if kind == "TH" and "/Scope" not in attributes:
            found.problems.append("A table head has no scope.")
        if kind == "Figure" and not str(node.get("/Alt", "")):
            found.problems.append("A figure has no alternative text.")
        if "/ID" in node:
            ids[str(node.ID)] += 1
        if re.fullmatch(r"H[1-6]", kind):
            headings.append((kind, node.get("/Pg")))
        if "/K" in node:
            stack.append((node.K, node))
    found.problems += [f"The id {name} stands {count} times." for name, count in ids.items() if count > 1]
    return headings


def _headings(pdf: pikepdf.Pdf, found: Findings, headings: list[tuple[str, Any]]) -> None:
    numbers = {page.obj.objgen: index + 1 for index, page in enumerate(pdf.pages)}
    first = Counter(numbers.get(page.objgen, 0) for kind, page in headings if kind == "H1" and page is not None)
    found.problems += [f"Page {page} has {count} first headings." for page, count in first.items() if count > 1]
    if not headings or headings[0][0] != "H1":
        found.problems.append("The first heading is not of the first level.")
    level = 0
    for kind, _page in headings:
        if int(kind[1]) > level + 1:
            found.problems.append(f"A heading of level {kind[1]} follows one of level {level}.")
        level = int(kind[1])


def _pages(pdf: pikepdf.Pdf, found: Findings) -> None:
    flat = pdf.Root.StructTreeRoot.ParentTree.get("/Nums", Array())
    tree = {int(flat[index]): flat[index + 1] for index in range(0, len(flat), 2)}
    for number, page in enumerate(pdf.pages, start=1):
        if int(page.obj.get("/StructParents", -1)) not in tree:
            found.problems.append(f"Page {number} is not in the parent tree.")
        for annotation in page.obj.get("/Annots", Array()):
            if int(annotation.get("/StructParent", -1)) not in tree:
                found.problems.append(f"A link on page {number} is not tagged.")
            if "/Contents" not in annotation:
                found.problems.append(f"A link on page {number} has no words.")
            target = annotation.get("/A", Dictionary()).get("/S")
            if target is not None and target != Name.URI:
                found.problems.append(f"A link on page {number} does something else than to lead somewhere.")
        for font in page.obj.get("/Resources", Dictionary()).get("/Font", Dictionary()).values():
            inner = font.get("/DescendantFonts", Array([font]))[0]
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.get("/FontDescriptor", Dictionary()).keys()):
                found.problems.append(f"A font on page {number} is not embedded.")
