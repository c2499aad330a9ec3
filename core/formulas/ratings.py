"""Status colours and yes/no as people write them.

RAG values: red, amber, green, blue (complete), grey (not started or no data). Assurance: red, amber, green, exempt.
The five colours of the UK portfolio before 2021 keep their middle: Amber/Green and Amber/Red become amber, and
the reading says so. A CIO evaluation runs from 1 (high risk) to 5 (low risk): 1-2 red, 3 amber, 4-5 green.
"""

import re
from collections.abc import Iterable

from core.formulas.readings import EMPTY, VALUE, WITHHELD, Cell, Reading, clean_text, failed, folded, note, without_value

_COLOURS = {"red": "red", "amber": "amber", "green": "green", "blue": "blue", "grey": "grey", "gray": "grey"}
_LETTERS = {"r": "red", "a": "amber", "g": "green", "b": "blue", "y": "amber"}
_MIXED = {"ag": "amber", "ar": "amber", "ga": "amber", "ra": "amber"}
_WORDS = {
    "yellow": "amber", "orange": "amber", "on track": "green", "on-track": "green", "on schedule": "green", "good": "green",
    "healthy": "green", "at risk": "amber", "some concerns": "amber", "caution": "amber", "warning": "amber",
    "off track": "red", "off-track": "red", "critical": "red", "late": "red", "delayed": "red", "in trouble": "red",
    "complete": "blue", "completed": "blue", "closed": "blue", "done": "blue", "finished": "blue",
    "not started": "grey", "white": "grey", "black": "red",
    "highly likely": "green", "probable": "amber", "feasible": "amber", "in doubt": "red", "unachievable": "red",
    "low risk": "green", "moderately low risk": "green", "medium risk": "amber", "moderately high risk": "red",
    "high risk": "red",
    "rot": "red", "gelb": "amber", "grün": "green", "gruen": "green", "blau": "blue", "grau": "grey",
    "rouge": "red", "jaune": "amber", "vert": "green", "bleu": "blue", "gris": "grey",
    "rojo": "red", "amarillo": "amber", "ámbar": "amber", "verde": "green", "azul": "blue", "rosso": "red", "giallo": "amber", "rood": "red",
    "oranje": "amber", "geel": "amber", "groen": "green",
}  # fmt: skip
_EMOJI = {"🟢": "green", "🟡": "amber", "🟠": "amber", "🔴": "red", "🔵": "blue", "⚪": "grey", "⚫": "grey"}
_YES = {"yes", "y", "true", "t", "1", "x", "✓", "✔", "☑", "on"}
_NO = {"no", "n", "false", "f", "0", "☐", "✗", "off"}


def is_one_to_five(header: str, cells: Iterable[Cell]) -> bool:
    """Whether a column of ratings is a scale from 1 to 5: only such numbers, and a header that speaks of it."""
    seen = {clean_text(cell) for cell in cells} - {""}
    numbers = {text for text in seen if re.match(r"^[1-5](\.0)?$", text)}
    if not numbers or len(numbers) * 2 < len(seen):
        return False
    return bool(re.search(r"cio|evaluation|1.{0,6}5|rating|score", folded(header).lower()))


def read_rag(cell: Cell, *, one_to_five: bool = False) -> Reading:
    """A declared rating: red, amber, green, blue or grey."""
    text = clean_text(cell)
    plain = folded(text).lower().strip(" .:*")
    if not plain:
        return Reading(EMPTY)
    if one_to_five and re.match(r"^[1-5](\.0+)?$", plain):
        return Reading(
            VALUE, {"1": "red", "2": "red", "3": "amber", "4": "green", "5": "green"}[plain[0]], note("one_to_five", text=text)
        )
    if plain in _COLOURS:
        return Reading(VALUE, _COLOURS[plain])
    if plain in _LETTERS:
        return Reading(VALUE, _LETTERS[plain], note("letter_as_colour", text=text))
    for sign, colour in _EMOJI.items():
        if sign in text:
            return Reading(VALUE, colour)
    squeezed = re.sub(r"[\s_]*([/\-&+,|]|and|to)[\s_]*", "/", plain)
    parts = [_COLOURS.get(part) or _LETTERS.get(part) for part in squeezed.split("/")]
    if len(parts) == 2 and all(parts):
        colour = (parts[0] or "") if parts[0] == parts[1] else "amber" if "amber" in parts else ""
        if colour:
            return Reading(VALUE, colour, note("two_colours", text=text, colour=colour))
    if plain in _MIXED:
        return Reading(VALUE, "amber", note("two_colours", text=text, colour="amber"))
    if plain in _WORDS:
        return Reading(VALUE, _WORDS[plain], note("word_as_colour", text=text, colour=_WORDS[plain]))
    nothing = without_value(text)
    if nothing:
        return nothing
    return _rag_in_phrase(text, plain)


def _rag_in_phrase(text: str, plain: str) -> Reading:
    """ "Amber (SRO rating)", "RAG: Green", "Green - on track": the one colour that a short phrase names."""
    named = set(re.findall(r"\b(red|amber|green|yellow|blue|grey|gray)\b", plain))
    colours = {_COLOURS.get(name, "amber") for name in named}
    if len(colours) == 1 and len(plain) <= 80:
        colour = colours.pop()
        return Reading(VALUE, colour, note("colour_in_phrase", text=text, colour=colour))
    return failed(text, "not_a_rating", text=text)


def read_assurance(cell: Cell, *, one_to_five: bool = False) -> Reading:
    """An assurance rating: red, amber, green, or exempt where the source withholds it by law."""
    reading = read_rag(cell, one_to_five=one_to_five)
    if reading.state == WITHHELD:
        return Reading(VALUE, "exempt", note("withheld_is_exempt", text=reading.text), text=reading.text)
    if reading.has_value and reading.value not in ("red", "amber", "green"):
        text = clean_text(cell)
        return failed(text, "not_an_assurance_rating", text=text)
    return reading


def read_boolean(cell: Cell) -> Reading:
    """Yes or no."""
    if isinstance(cell, bool):
        return Reading(VALUE, cell)
    text = clean_text(cell)
    plain = folded(text).lower()
    if plain in _YES:
        return Reading(VALUE, True)
    if plain in _NO:
        return Reading(VALUE, False)
    return without_value(text) or failed(text, "not_yes_or_no", text=text)
