"""What an import keeps of a row's values, and how its preview words them."""

from datetime import date
from decimal import Decimal
from typing import Any

from core.formulas.readings import FAILED, UNKNOWN, WITHHELD
from core.imports.records import ReadRow


def kept(value: Any) -> Any:
    """A value as JSON keeps it: amounts and days as text, so that they stay exact."""
    if value is None or isinstance(value, (str, int, bool, list)):
        return value
    return in_words(value)


def in_words(value: Any) -> str:
    """A value as the preview shows it."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def name_key(text: str) -> str:
    """A title or name for finding it again: small letters, one space between words."""
    return " ".join(text.casefold().split())


def same(before: Any, after: Any) -> bool:
    """Whether a cell says what is there: reading a name made its spaces one."""
    return before == after or (isinstance(before, str) and before.split() == str(after).split())


def further_values(row: ReadRow) -> dict[str, Any]:
    """Further columns under their names; the text of cells that have no value under "… (as given)", None where it is gone."""
    found = {name[:120]: kept(reading.value) for name, reading in row.custom.items() if reading.has_value}
    for key, column in row.columns.items():
        reading = row.values[key]
        found[f"{column.name[:100]} (as given)"] = reading.text if reading.state in (WITHHELD, UNKNOWN, FAILED) else None
    return found
