"""What a project starts with, one thing a line: milestones, opening risks, team, chapters of the charter.

"Contract signed | 3 months", "Supplier late | delivery slips | opening is put off | 30 % | 4", "Technical lead | half time",
and "## Governance" with its text below. The same is stored as JSON (intake.models.ProjectTemplate).
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

MOST = 60
_OFFSET = re.compile(r"^(?P<number>\d{1,4})\s*(?P<unit>days?|d|weeks?|w|months?|m|years?|y)?$", re.I)
_PERCENT = re.compile(r"^(\d{1,2})\s*%?$")


class TemplateError(ValueError):
    """A line that cannot be read. Codes: few_parts, many_parts, bad_offset, bad_likelihood, bad_impact, too_many,
    text_without_title, too_long."""

    def __init__(self, code: str, line: int, text: str) -> None:
        self.code, self.line, self.text = code, line, text
        super().__init__(f"{code} in line {line}: {text}")


def _lines(text: str, least: int, most: int) -> Iterable[tuple[int, str, list[str]]]:
    count = 0
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        count += 1
        parts = [part.strip() for part in raw.split("|")]
        if len(parts) < least or not parts[0]:
            raise TemplateError("few_parts", number, raw.strip())
        if len(parts) > most:
            raise TemplateError("many_parts", number, raw.strip())
        if count > MOST:
            raise TemplateError("too_many", number, raw.strip())
        if any(len(part) > 300 for part in parts):
            raise TemplateError("too_long", number, raw.strip()[:60])
        yield number, raw.strip(), parts + [""] * (most - len(parts))


def milestones_from(text: str) -> list[dict[str, Any]]:
    """ "Title | 3 months" (or days, weeks, years; a bare number is months)."""
    found = []
    for number, raw, (title, offset) in _lines(text, 2, 2):
        match = _OFFSET.match(offset)
        if not match:
            raise TemplateError("bad_offset", number, raw)
        size, unit = int(match["number"]), (match["unit"] or "m")[0].lower()
        found.append(
            {
                "title": title,
                "months": size * {"m": 1, "y": 12}.get(unit, 0),
                "days": size * {"d": 1, "w": 7}.get(unit, 0),
            }
        )
    return sorted(found, key=lambda one: one["months"] * 30 + one["days"])


def milestones_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """The milestones as lines."""
    return "\n".join(
        f"{row['title']} | {row['months']} months" if row["months"] else f"{row['title']} | {row['days']} days" for row in rows
    )


def due_on(start: date, row: Mapping[str, Any]) -> date:
    """The day that lies so many months (then days) after the start; the last of the month where it has no such day."""
    number = start.year * 12 + start.month - 1 + int(row["months"])
    year, month = number // 12, number % 12 + 1
    day = date(year, month, min(start.day, monthrange(year, month)[1]))
    return day + timedelta(days=int(row["days"]))


def risks_from(text: str) -> list[dict[str, Any]]:
    """ "cause | event | effect | likelihood % | impact 1 to 5"."""
    found = []
    for number, raw, (cause, event, effect, likelihood, impact) in _lines(text, 2, 5):
        match = _PERCENT.match(likelihood or "50")
        if not match or not 1 <= int(match[1]) <= 99:
            raise TemplateError("bad_likelihood", number, raw)
        if (impact or "3") not in ("1", "2", "3", "4", "5"):
            raise TemplateError("bad_impact", number, raw)
        found.append(
            {"cause": cause, "event": event, "effect": effect, "likelihood": int(match[1]), "impact": int(impact or 3)}
        )
    return found


def risks_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """The risks as lines."""
    return "\n".join(
        f"{row['cause']} | {row['event']} | {row['effect']} | {row['likelihood']}% | {row['impact']}" for row in rows
    )


def roles_from(text: str) -> list[dict[str, str]]:
    """ "Technical lead | half time"; the note may be missing."""
    return [{"role": role, "note": note} for _number, _raw, (role, note) in _lines(text, 1, 2)]


def roles_text(rows: Iterable[Mapping[str, str]]) -> str:
    """The team as lines."""
    return "\n".join(f"{row['role']} | {row['note']}" if row["note"] else row["role"] for row in rows)


def sections_from(text: str) -> list[dict[str, str]]:
    """Chapters: a line "## Title", below it its text."""
    found: list[dict[str, str]] = []
    for number, raw in enumerate(text.splitlines(), 1):
        if raw.startswith("## ") and raw[3:].strip():
            if len(found) >= MOST:
                raise TemplateError("too_many", number, raw)
            found.append({"title": raw[3:].strip()[:200], "text": ""})
        elif found:
            found[-1]["text"] += raw + "\n"
        elif raw.strip():
            raise TemplateError("text_without_title", number, raw.strip())
    return [{"title": one["title"], "text": one["text"].strip()} for one in found]


def sections_text(rows: Iterable[Mapping[str, str]]) -> str:
    """The chapters as text."""
    return "\n\n".join(f"## {row['title']}\n{row['text']}" for row in rows)
