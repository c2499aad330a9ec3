"""Text files with separators: which encoding, which separator, and the rows with their line numbers.

Encodings: byte-order marks first, then UTF-8 if every byte agrees, then UTF-16 without a mark, then the Western
single-byte encodings weighed by how likely their accented signs are, then what charset-normalizer finds.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from charset_normalizer import from_bytes

from core.formulas.readings import Note, note

DELIMITERS = (",", ";", "\t", "|")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_WESTERN = ("cp1252", "mac_roman", "cp850", "latin-1")
_LIKELY = set("’‘“”–—•…£€°©®™½¼¾²³×±·«»§")
_LETTERS = set("éèêëàâáäçüöùúûôóòñíìîïßåæøœÉÈÀÁÂÇÜÖÄÓÑÅÆØŠšŽž")
_BETWEEN_WORDS = re.compile(r"[a-z]([’éèêëàâáäçüöùúûôóòñíìîïßåæøœ])[a-z]")


class Unreadable(ValueError):
    """A file that cannot be read, with the reason as a note whose params name line and column where known."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.note = note(code, **params)


@dataclass(frozen=True)
class Decoded:
    """The text of a file and how it was found."""

    text: str
    encoding: str
    notes: tuple[Note, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of a file of unknown encoding."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_as(data, encoding)
    if b"\0" in data[:4096]:
        even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
        if max(even, odd) * 5 > len(data[:4096]):
            return _decode_as(data, "utf-16-be" if even > odd else "utf-16-le")
    try:
        return Decoded(data.decode("utf-8").replace("\0", ""), "utf-8")
    except UnicodeDecodeError:
        return _decode_single_byte(data)


def _decode_as(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace").replace("\0", "")
    broken = text.count("\ufffd")
    return Decoded(text, encoding, (note("broken_signs", count=broken, encoding=encoding),) if broken else ())


def _decode_single_byte(data: bytes) -> Decoded:
    broken = data.decode("utf-8", "replace")
    strange = broken.count("\ufffd")
    correct = sum(sign > "\x7f" for sign in broken) - strange
    if correct > 20 * strange:
        notes = (note("broken_signs", count=strange, encoding="utf-8"),)
        return Decoded(broken.replace("\0", ""), "utf-8", notes)
    sample = data[:400_000]
    weighed = [(_likelihood(sample, encoding), -order, encoding) for order, encoding in enumerate(_WESTERN)]
    best, _, encoding = max(weighed)
    if best <= 0:
        found = from_bytes(sample[:100_000]).best()
        encoding = found.encoding if found else "cp1252"
    text = data.decode(encoding, "replace").replace("\0", "")
    return Decoded(text, encoding, (note("encoding_guessed", encoding=encoding),))


def _likelihood(sample: bytes, encoding: str) -> float:
    """How much the non-ASCII signs of the sample look like Western text in this encoding, per such sign."""
    text = sample.decode(encoding, "replace")
    signs = Counter(sign for sign in text if sign > "\x7f")
    total = sum(signs.values()) or 1
    score = 0.0
    for sign, count in signs.items():
        score += count * (1.0 if sign in _LIKELY else 0.8 if sign in _LETTERS else 0.1 if sign == "\xa0" else -1.0)
    return (score + 0.5 * len(_BETWEEN_WORDS.findall(text))) / total


def find_delimiter(text: str) -> str:
    """The separator whose records have the most constant number of fields over the first 200 records."""
    hint = re.match(r"^sep=(.)\r?\n", text, re.I)
    if hint:
        return hint[1]
    best, best_score = ",", 0.0
    sample = text[:300_000]
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            for number, row in enumerate(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)):
                if number >= 200:
                    break
                if len(row) > 1 or (row and row[0].strip()):
                    widths[len(row)] += 1
        except csv.Error:
            continue
        total = sum(widths.values())
        if not total:
            continue
        score = max((count / total) * min(width - 1, 12) for width, count in widths.items())
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_rows(text: str, delimiter: str, *, longest_cell: int) -> Iterator[tuple[int, list[str]]]:
    """Every record with the number of the line on which it begins (1 is the first line of the file).

    Raises Unreadable, naming the line, for a cell longer than `longest_cell` characters and for a quotation
    mark that is never closed.
    """
    csv.field_size_limit(max(longest_cell, 131_072))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    skip = 1 if re.match(r"^sep=.\r?\n", text, re.I) else 0
    begins = last = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            raise Unreadable("cell_too_long", line=begins, limit=longest_cell) from None
        if not (skip and begins == 1):
            yield begins, row
        last, begins = begins, reader.line_num + 1
    if _never_closed(text, last, delimiter):
        raise Unreadable("quote_never_closed", line=last)


def _never_closed(text: str, begins: int, delimiter: str) -> bool:
    """Whether the record that begins on this line only ended because the file did, inside a quoted cell."""
    lines = io.StringIO(text, newline="").readlines()[begins - 1 :]
    try:
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False
