"""Who changed what, when and by which action: written by database triggers (django-pghistory), read here.

Every change made in a request, job or command carries a context: the user, the dotted name of the
action, the request id or the job. `recorded` sets the action's name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pghistory
import pghistory.middleware
import pghistory.runtime
import structlog
from django.contrib.auth import get_user_model
from django.db.models import Field, ForeignKey, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import money
from core.logs import without_secrets
from core.plans import PREFIX
from core.subjects import references_seen, subject_for_model

# Decimal fields of that many digits hold amounts; shorter ones percentages and the like.
FEWEST_DIGITS_OF_MONEY = 12
IGNORED = {"version", "updated_at", "created_at", "search", "subject_type", "subject_id", "file", "document"}


# Statements that only read: they need not carry who is asking. Those that are sent by name, and those that unite others.
pghistory.runtime.IGNORED_SQL_PREFIXES += (f"execute {PREFIX}", f"prepare {PREFIX}", "(select")  # type: ignore[assignment]


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Adds the user, path and request id to everything written during a request."""

    def get_context(self, request: Any) -> dict[str, Any]:
        """The context rows of this request refer to."""
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        return super().get_context(request) | {"request": request_id, "url": without_secrets(request.path)}


_doing: ContextVar[bool] = ContextVar("doing", default=False)


@contextmanager
def recorded(action: str, **extra: Any) -> Iterator[None]:
    """Name what is being done: `with recorded("portfolio.project.edited"): …`. Ids only, no objects.

    An action that calls another one gives its own name to both: a request is "decided", not "moved", by a decision.
    """
    if _doing.get():
        with pghistory.context(**extra):
            yield
        return
    token = _doing.set(True)
    try:
        with pghistory.context(action=action, **extra):
            yield
    finally:
        _doing.reset(token)


_action_words: dict[str, Any] = {}


def name_actions(words: Mapping[str, Any]) -> None:
    """Say what the recorded actions of a room are called (`<room>/actions/words.py`). Called once per room at start-up."""
    _action_words.update(words)


def action_words(action: str) -> str:
    """A recorded action as people call it: "Archived the project". One without words is shown by its dotted name."""
    return str(_action_words.get(action, action))


@dataclass(frozen=True)
class Change:
    """One field of one row: before and after, as stored (choices and foreign keys in words)."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One recorded change of one row."""

    at: datetime
    label: str  # insert, update, delete
    noun: str
    name: str
    action: str
    user_id: int | None
    source: str  # URL path or job
    changes: tuple[Change, ...]


def _shown(field: "Field[Any, Any]", value: Any, names: dict[tuple[type[Model], Any], str], currency: str = "") -> str:
    if value is None or value == "":
        return ""
    if isinstance(field, ForeignKey):
        return names.get((field.related_model, value), f"#{value}")  # type: ignore[arg-type]
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j M Y, H:i")
    if isinstance(value, Decimal):
        return money.exact(value, currency if (getattr(field, "max_digits", 0) or 0) >= FEWEST_DIGITS_OF_MONEY else "")
    if isinstance(value, list):
        words = dict(getattr(getattr(field, "base_field", None), "flatchoices", []))
        return ", ".join(_plain(words.get(each, each) if words else each) for each in value)
    return _plain(value)


def _plain(value: Any) -> str:
    """A value without a field, as JSON keeps it: days and amounts kept as text are shown as such."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if isinstance(value, list):
        return "; ".join(map(_plain, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{_label(key)}: {_plain(each)}" for key, each in value.items())
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date_format(date.fromisoformat(text), "j M Y") if _is_day(text) else text
    if re.fullmatch(r"-?\d{1,16}\.\d\d", text):
        return money.exact(Decimal(text))
    return text


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _label(key: Any) -> str:
    """The key of a JSON object as words: "planned_finish_on" is "planned finish on"."""
    return re.sub(r"[_-]+", " ", str(key)).strip()


def _flat(value: Any, path: str) -> dict[str, str]:
    """The leaves of a JSON object by the words that lead to them."""
    if not isinstance(value, Mapping):
        return {path: _plain(value)}
    return {name: text for key, each in value.items() for name, text in _flat(each, f"{path}: {_label(key)}").items()}


def _fields(model: type[Model], told: Iterable[str] = ()) -> Iterator["Field[Any, Any]"]:
    for field in model._meta.concrete_fields:
        ignored = field.name in IGNORED and field.name not in told
        if not field.name.startswith("pgh_") and not ignored and not field.primary_key and field.name != "id":
            yield field


def history_of(*rows: tuple[type[Model], dict[str, Any]], limit: int = 200, reader: Any = None) -> list[Entry]:
    """The recorded changes of the given rows, newest first; those of one moment (a transaction) too.

    Each argument is a tracked model and the filter that picks its event rows, e.g.
    `(Project, {"pgh_obj_id": 7})`, `(Membership, {"project_id": 7})`. What `reader` may not see
    (of kinds in `core.subjects`) is not named. Costs two queries a model and one per foreign-key target.
    """
    entries: list[Entry] = []
    for model, picked in rows:
        event_model = model.pgh_event_model  # type: ignore[attr-defined]
        events = list(event_model.objects.filter(**picked).select_related("pgh_context").order_by("pgh_id"))
        entries.extend(_entries(model, event_model, events, reader))
    # All that one transaction wrote has one moment. Each table's own come as they happened, and what a part belongs to is
    # named before it: turned round, and kept so where moments are equal.
    entries.reverse()
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return entries[:limit]


def makers_of(entries: Iterable[Entry]) -> dict[int | None, Any]:
    """The people who made these changes, by key. One query."""
    keys = {entry.user_id for entry in entries if entry.user_id is not None}
    return {person.pk: person for person in get_user_model()._default_manager.filter(pk__in=keys)}


REFERENCE = re.compile(r"\b[A-Z]{3}-\d+\b")


def without_hidden_sources(entries: list[Entry], *, reader: Any, own: str = "") -> list[Entry]:
    """The same changes without the addresses that name another object (a risk whose end ended this response) which the reader
    may not see. `own` is the reference of the object itself. No query where no other is named; else one a kind of object."""
    named = {found for entry in entries for found in REFERENCE.findall(entry.source)} - {own}
    if not named:
        return entries
    seen = references_seen(reader, named) | {own}
    return [entry if seen.issuperset(REFERENCE.findall(entry.source)) else replace(entry, source="") for entry in entries]


def _entries(model: type[Model], event_model: type[Model], events: list[Any], reader: Any) -> Iterator[Entry]:
    # A model says which of its IGNORED fields are told all the same, and which field a row without a name goes by.
    fields = list(_fields(event_model, getattr(model, "HISTORY_TELLS", ())))
    goes_by: Any = getattr(model, "HISTORY_NAME", "")
    naming: Any = event_model._meta.get_field(goes_by) if goes_by else None
    names = _names(fields, events, reader)
    last: dict[int, Any] = {}
    for event in events:
        before = last.get(event.pgh_obj_id)
        last[event.pgh_obj_id] = event
        metadata = event.pgh_context.metadata if event.pgh_context else {}
        yield Entry(
            at=event.pgh_created_at,
            label=event.pgh_label,
            noun=str(model._meta.verbose_name),
            name=_shown(naming, getattr(event, naming.attname), names)
            if naming is not None
            else str(getattr(event, "reference", "") or getattr(event, "title", "") or getattr(event, "name", "")),
            action=metadata.get("action", ""),
            user_id=metadata.get("user"),
            source=metadata.get("job") or metadata.get("url") or "",
            changes=tuple(_changes(fields, before, event, names)),
        )


def _names(fields: Iterable["Field[Any, Any]"], events: list[Any], reader: Any) -> dict[tuple[type[Model], Any], str]:
    wanted: dict[type[Model], set[Any]] = {}
    for field in fields:
        if isinstance(field, ForeignKey):
            ids = {getattr(event, field.attname) for event in events} - {None}
            wanted.setdefault(field.related_model, set()).update(ids)  # type: ignore[arg-type]
    found = {}
    for model, ids in wanted.items():
        subject = subject_for_model(model) if reader is not None and ids else None
        seen = None if subject is None else set(subject.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True))
        for obj in model._base_manager.filter(pk__in=ids):
            found[model, obj.pk] = str(obj) if seen is None or obj.pk in seen else _("not for you to see")
    return found


def _changes(
    fields: Iterable["Field[Any, Any]"], before: Any, event: Any, names: dict[tuple[type[Model], Any], str]
) -> Iterator[Change]:
    for field in fields:
        old = getattr(before, field.attname) if before is not None else None
        new = getattr(event, field.attname)
        if old == new or (before is None and new in (None, "", [], {}, False)):
            continue
        if isinstance(new or old, dict):
            was, now = _flat(old or {}, str(field.verbose_name)), _flat(new or {}, str(field.verbose_name))
            yield from (
                Change(path, was.get(path, ""), now.get(path, ""))
                for path in {**was, **now}
                if was.get(path, "") != now.get(path, "")
            )
        else:
            currencies = (getattr(before, "currency", ""), getattr(event, "currency", ""))
            shown = [_shown(field, value, names, currency) for value, currency in zip((old, new), currencies, strict=True)]
            yield Change(str(field.verbose_name), *shown)
