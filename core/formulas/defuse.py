"""Text that a spreadsheet would run as a formula, made harmless and brought back.

A cell of text that begins with = + - @ tab, carriage return, line feed or a null (or a full-width twin
of the signs) gets one apostrophe in front, as OWASP ASVS 1.2.10 asks. A text that already begins with
apostrophes and then such a sign gets one more, so that `restore(defuse(text)) == text` for every text.
Numbers are never touched: they are written as numbers.
"""

import re

_RUNS_AS_FORMULA = re.compile(r"'*[=+\-@\t\r\n\0＝＋－＠]")
_WAS_DEFUSED = re.compile(r"'+[=+\-@\t\r\n\0＝＋－＠]")


def defuse(text: str) -> str:
    """The text as it may be written into a cell of a CSV or XLSX file."""
    return "'" + text if _RUNS_AS_FORMULA.match(text) else text


def restore(text: str) -> str:
    """The text as it was before `defuse`."""
    return text[1:] if _WAS_DEFUSED.match(text) else text
