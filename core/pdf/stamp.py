"""Running header and footer, written onto finished pages as artifacts: a screen reader does not read them out.

They cannot be part of the parts: "Page 7 of 60" is known only when all are there, and a part that carried the day
would be laid out anew every day. The font is embedded, cut to the letters used, as PDF/UA asks.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, String

MM = 72 / 25.4
SIZE = 8.0


@dataclass(frozen=True)
class Marks:
    """What stands in the corners of one page; "" for nothing."""

    top_left: str = ""
    top_right: str = ""
    bottom_left: str = ""
    bottom_right: str = ""

    def texts(self) -> list[str]:
        return [self.top_left, self.top_right, self.bottom_left, self.bottom_right]


class _Face:
    """A TrueType face, cut to the letters given."""

    def __init__(self, path: Path, letters: Iterable[str]) -> None:
        from fontTools import subset
        from fontTools.ttLib import TTFont

        font = TTFont(path, recalcTimestamp=False)
        options = subset.Options(notdef_outline=True, layout_features=[], hinting=False)
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(set(letters))) + " ?…")
        cutter.subset(font)
        order = {name: index for index, name in enumerate(font.getGlyphOrder())}
        self.scale = 1000 / font["head"].unitsPerEm
        self.glyphs = {chr(code): order[name] for code, name in font.getBestCmap().items()}
        self.widths = [font["hmtx"][name][0] * self.scale for name in font.getGlyphOrder()]
        self.font = font
        file = io.BytesIO()
        font.save(file)
        self.data = file.getvalue()

    def glyph(self, letter: str) -> int:
        return self.glyphs.get(letter, self.glyphs["?"])

    def width(self, text: str) -> float:
        """In points, at SIZE."""
        return sum(self.widths[self.glyph(letter)] for letter in text) * SIZE / 1000

    def shortened(self, text: str, room: float) -> str:
        if self.width(text) <= room:
            return text
        while text and self.width(text + "…") > room:
            text = text[:-1]
        return text.rstrip() + "…"

    def hexadecimal(self, text: str) -> str:
        return "".join(f"{self.glyph(letter):04X}" for letter in text)

    def embedded(self, pdf: Pdf) -> Any:
        """The font as a PDF object: Type0, glyph numbers as codes, with a map back to letters."""
        head, hhea, os2 = self.font["head"], self.font["hhea"], self.font["OS/2"]
        name = Name("/PMORPT+Inter-Regular")
        stream = pdf.make_stream(self.data)
        stream.Length1 = len(self.data)
        box = [round(value * self.scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)]
        descriptor = pdf.make_indirect(
            Dictionary(
                Type=Name.FontDescriptor,
                FontName=name,
                Flags=4,
                FontBBox=Array(box),
                ItalicAngle=0,
                Ascent=round(hhea.ascent * self.scale),
                Descent=round(hhea.descent * self.scale),
                CapHeight=round(getattr(os2, "sCapHeight", 700) * self.scale),
                StemV=80,
                FontFile2=stream,
            )
        )
        descendant = pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.CIDFontType2,
                BaseFont=name,
                CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
                FontDescriptor=descriptor,
                DW=0,
                W=Array([0, Array([round(width) for width in self.widths])]),
                CIDToGIDMap=Name.Identity,
            )
        )
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=name,
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([descendant]),
                ToUnicode=pdf.make_stream(self._to_unicode()),
            )
        )

    def _to_unicode(self) -> bytes:
        lines = [f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, glyph in sorted(self.glyphs.items())]
        blocks = [lines[index : index + 100] for index in range(0, len(lines), 100)]
        maps = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
            f"{maps}\nendcmap CMapName currentdict /CMap defineresource pop end end"
        ).encode()


@lru_cache(maxsize=8)
def _face(path: Path, letters: str) -> _Face:
    return _Face(path, letters)


def stamp(pdf: Pdf, marks: Sequence[Marks], *, font: Path, margin: float = 16 * MM) -> None:
    """Write the marks onto the pages, in order. `margin` is the side margin in points."""
    letters = "".join(sorted({letter for mark in marks for text in mark.texts() for letter in text}))
    face = _face(font, letters)
    embedded = face.embedded(pdf)
    opening = pdf.make_stream(b"q\n")
    for page, mark in zip(pdf.pages, marks, strict=True):
        left, bottom, right, top = (float(value) for value in page.mediabox)
        page.add_resource(embedded, Name.Font, Name.PmoStamp, replace_existing=True)
        half = (right - left - 2 * margin) * 0.72
        placed = [
            ("Header", left + margin, top - 11 * MM, face.shortened(mark.top_left, half), False),
            ("Header", right - margin, top - 11 * MM, face.shortened(mark.top_right, half), True),
            ("Footer", left + margin, bottom + 9 * MM, face.shortened(mark.bottom_left, half), False),
            ("Footer", right - margin, bottom + 9 * MM, mark.bottom_right, True),
        ]
        lines = ["Q"]
        for kind, x, y, text, flush_right in placed:
            if not text:
                continue
            if flush_right:
                x -= face.width(text)
            lines += [
                f"/Artifact <</Type /Pagination /Subtype /{kind} /Attached [/{'Top' if kind == 'Header' else 'Bottom'}]>> BDC",
                f"q BT 0.38 0.40 0.44 rg /PmoStamp {SIZE} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm <{face.hexadecimal(text)}> Tj ET Q",
                "EMC",
            ]
        # What WeasyPrint drew leaves its own scale behind: shut it in.
        contents = page.obj.Contents
        drawn = list(contents) if isinstance(contents, Array) else [contents]
        page.obj.Contents = Array([opening, *drawn, pdf.make_stream("\n".join(["", *lines]).encode())])
